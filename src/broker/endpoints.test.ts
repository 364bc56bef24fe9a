import { beforeEach, describe, expect, test } from 'vitest';
import { queryOf, REF, ScriptedDevice, TOKENS } from '../../test/support/scripted-device.ts';
import type { Registration } from './types.ts';

const ISSUER = 'https://id.example';
const DISCOVERED: Partial<Registration> = {
  issuer: ISSUER,
  authorizationEndpoint: null,
  tokenEndpoint: null,
};
const NAMED: Partial<Registration> = { authorizationEndpoint: null, tokenEndpoint: null };

let device: ScriptedDevice;

beforeEach(async () => {
  device = new ScriptedDevice();
  await device.broker.open();
});

/** A server that tells its metadata, and what else of them `more` says. */
function serveIssuer(issuer: string, more: object = {}, headers: Record<string, string> = {}): void {
  const { host, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  device.serve(host, (asked) => {
    if (asked.url.pathname !== `${path}/.well-known/openid-configuration`) {
      return asked.url.pathname === '/token' ? TOKENS(asked) : new Response('', { status: 404 });
    }
    const metadata = {
      issuer,
      authorization_endpoint: `https://${host}/authorize`,
      token_endpoint: `https://${host}/token`,
    };
    return Response.json({ ...metadata, ...more }, { headers });
  });
}

describe('an issuer in place of endpoints', () => {
  test('is asked once, and again when its answer is too old', async () => {
    serveIssuer(ISSUER, {}, { 'cache-control': 'max-age=3600' });
    await device.register(DISCOVERED);
    await device.register(DISCOVERED);
    expect(device.asked.length).toBe(1);
    await device.clock.advance(3_601_000);
    serveIssuer(ISSUER, { token_endpoint: 'https://id.example/moved' });
    expect(await device.register(DISCOVERED)).toMatchObject({ tokenEndpoint: 'https://id.example/moved' });
  });

  test('that is away does not cost an app what was known of it', async () => {
    serveIssuer(ISSUER);
    const before = await device.register(DISCOVERED);
    await device.clock.advance(8 * 86_400_000);
    device.serve('id.example', undefined);
    expect(await device.register(DISCOVERED)).toEqual(before);
    await expect(device.broker.signIn.start(REF, { method: 'loopback' })).resolves.toBeDefined();
  });

  test('that is away at the first registration is a passing trouble', async () => {
    await expect(device.register(DISCOVERED)).rejects.toMatchObject({
      code: 'provider_unreachable',
      kind: 'transient',
    });
  });

  test('that says to be another one is refused, by a slash at its end as well', async () => {
    serveIssuer(ISSUER, { issuer: `${ISSUER}/` });
    await expect(device.register(DISCOVERED)).rejects.toMatchObject({
      code: 'discovery_failed',
      details: { reason: 'other_issuer' },
    });
  });

  test('gives way to what the skill says itself', async () => {
    serveIssuer(ISSUER, { revocation_endpoint: 'https://id.example/revoke' });
    const app = await device.register({ ...DISCOVERED, tokenEndpoint: 'https://own.example/token' });
    expect(app).toMatchObject({
      authorizationEndpoint: 'https://id.example/authorize',
      tokenEndpoint: 'https://own.example/token',
      revocationEndpoint: 'https://id.example/revoke',
    });
  });
});

describe('a provider of the catalogue', () => {
  test('brings its endpoints, scopes and parameters', async () => {
    await device.register({ ...NAMED, provider: 'google' });
    const { authorizationUrl } = await device.broker.signIn.start(REF, { method: 'loopback' });
    expect(authorizationUrl).toMatch(/^https:\/\/accounts\.google\.com\//);
    expect(queryOf(authorizationUrl)).toMatchObject({
      access_type: 'offline',
      scope: 'https://www.googleapis.com/auth/calendar.readonly',
    });
  });

  test('joins scopes as the provider wants them', async () => {
    await device.register({ ...NAMED, provider: 'strava', scope: 'read activity:read' });
    const { authorizationUrl } = await device.broker.signIn.start(REF, { method: 'loopback' });
    expect(queryOf(authorizationUrl)['scope']).toBe('read,activity:read');
  });

  test('offers no code for scopes that its device flow does not grant, its usual ones included', async () => {
    await device.register({ ...NAMED, provider: 'google' });
    const { methods } = await device.broker.signIn.invite(REF, {});
    expect(methods).toContainEqual({ method: 'device', offered: false, reason: 'device_flow_limited' });
  });

  test("has its endpoints on the user's own server", async () => {
    const nextcloud = { ...NAMED, provider: 'nextcloud' };
    const app = await device.register({ ...nextcloud, providerParameters: { url: 'cloud.example.com/' } });
    expect(app).toMatchObject({
      authorizationEndpoint: 'https://cloud.example.com/apps/oauth2/authorize',
      tokenEndpoint: 'https://cloud.example.com/apps/oauth2/api/v1/token',
    });
    await expect(device.register(nextcloud)).rejects.toMatchObject({
      code: 'invalid_request',
      details: { field: 'provider_parameters.url' },
    });
  });

  test.each([
    ['keycloak', 'https://kc.example/realms/home', 'https://kc.example/realms/home/'],
    ['keycloak', 'https://kc.example/realms/home', 'kc.example/realms/home'],
    ['auth0', 'https://tenant.auth0.com/', 'https://tenant.auth0.com/'],
    ['auth0', 'https://tenant.auth0.com/', 'https://tenant.auth0.com'],
  ])('%s is the issuer %s, also where the user typed %s', async (provider, issuer, typed) => {
    serveIssuer(issuer);
    const fields = { ...NAMED, provider, providerParameters: { issuer: typed } };
    expect(await device.register(fields)).toMatchObject({ issuer });
    const asked = device.asked.length;
    await device.register(fields);
    expect(device.asked.length).toBe(asked);
  });

  test('needs its issuer', async () => {
    await expect(device.register({ ...NAMED, provider: 'keycloak' })).rejects.toMatchObject({
      details: { field: 'provider_parameters.issuer' },
    });
  });

  test('is nobody else', async () => {
    await expect(device.register({ ...NAMED, provider: 'nobody' })).rejects.toMatchObject({
      code: 'invalid_request',
      details: { field: 'provider' },
    });
  });
});
