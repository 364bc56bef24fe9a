import { beforeEach, describe, expect, test } from 'vitest';
import { queryOf, REF, ScriptedDevice, TOKENS } from '../../test/support/scripted-device.ts';
import type { Registration } from './types.ts';

const ISSUER = 'https://id.example';
const UNREGISTERED: Partial<Registration> = {
  issuer: ISSUER,
  authorizationEndpoint: null,
  tokenEndpoint: null,
  clientId: null,
  clientSecret: null,
};

let device: ScriptedDevice;
/** The redirect URIs of each client that was registered. */
let registered: string[][];
let refusal: object | undefined;

beforeEach(async () => {
  device = new ScriptedDevice();
  registered = [];
  refusal = undefined;
  await device.broker.open();
});

function serveIssuer(more: object = {}): void {
  device.serve('id.example', (asked) => {
    switch (asked.url.pathname) {
      case '/.well-known/openid-configuration':
        return Response.json({
          issuer: ISSUER,
          authorization_endpoint: `${ISSUER}/authorize`,
          token_endpoint: `${ISSUER}/token`,
          registration_endpoint: `${ISSUER}/reg`,
          ...more,
        });
      case '/reg': {
        if (refusal !== undefined) return Response.json(refusal, { status: 400 });
        const { redirect_uris: uris } = JSON.parse(asked.body) as { redirect_uris: string[] };
        registered.push(uris);
        const client = { client_id: `client-${registered.length}`, redirect_uris: uris };
        return Response.json({ ...client, token_endpoint_auth_method: 'none' }, { status: 201 });
      }
      case '/par':
        return Response.json({ request_uri: 'urn:pushed:1', expires_in: 60 }, { status: 201 });
      case '/token':
        return TOKENS(asked);
      default:
        return new Response('', { status: 404 });
    }
  });
}

const start = () => device.broker.signIn.start(REF, { method: 'loopback' });

describe('a client of its own (RFC 7591)', () => {
  test('is registered at the first sign-in, and nobody is asked for credentials', async () => {
    serveIssuer();
    const app = await device.register(UNREGISTERED);
    expect(await device.broker.connections.view(app)).toMatchObject({ state: 'disconnected' });
    const started = await start();
    expect(queryOf(started.authorizationUrl)['client_id']).toBe('client-1');
    expect(registered).toEqual([
      expect.arrayContaining([
        'http://127.0.0.1:36536/auth/callback/skill_app',
        'http://192.168.1.7:36536/auth/callback/skill_app',
      ]),
    ]);
    await device.complete(started);
    expect(device.formsTo(`${ISSUER}/token`)).toMatchObject([{ client_id: 'client-1' }]);
  });

  test('is one, however many sign-ins start at once and however often the skill registers', async () => {
    serveIssuer();
    await device.register(UNREGISTERED);
    await Promise.all([start(), start(), start()]);
    await device.register(UNREGISTERED);
    await start();
    expect(registered.length).toBe(1);
  });

  test('is registered again at another address of the device', async () => {
    serveIssuer();
    await device.register(UNREGISTERED);
    await start();
    device.lanHost = '192.168.1.9';
    expect(queryOf((await start()).authorizationUrl)['client_id']).toBe('client-2');
    expect(registered[1]).toContain('http://192.168.1.9:36536/auth/callback/skill_app');
  });

  test('stays while tokens belong to it; a way that it was not registered for is not offered', async () => {
    serveIssuer();
    await device.register(UNREGISTERED);
    await device.complete(await start());
    device.lanHost = '192.168.1.9';
    const { app, methods } = await device.broker.signIn.invite(REF, {});
    expect(app.clientId).toBe('client-1');
    expect(methods).toContainEqual({ method: 'lan', offered: false, reason: 'provider_refuses_lan' });
    expect(methods[0]).toMatchObject({ method: 'paste', offered: true });
    expect(registered.length).toBe(1);
  });

  test('is made anew where the provider has forgotten it', async () => {
    serveIssuer();
    const app = await device.register(UNREGISTERED);
    await start();
    await device.broker.connections.transit(app, { state: 'needs_credentials', reason: 'invalid_client' });
    expect(queryOf((await start()).authorizationUrl)['client_id']).toBe('client-2');
    expect(await device.broker.connections.view(app)).toMatchObject({ state: 'disconnected' });
  });

  test('is of no use at another server', async () => {
    serveIssuer();
    await device.register(UNREGISTERED);
    await start();
    const elsewhere = { authorizationEndpoint: 'https://b.example/a', tokenEndpoint: 'https://b.example/t' };
    const app = await device.register({ ...UNREGISTERED, issuer: null, ...elsewhere });
    expect(app).toMatchObject({ clientId: null, credentialsFrom: 'none' });
  });

  test('that the provider refuses is said as such', async () => {
    serveIssuer();
    refusal = { error: 'invalid_redirect_uri' };
    await device.register(UNREGISTERED);
    await expect(start()).rejects.toMatchObject({ code: 'registration_refused' });
  });

  test('is not asked for where the skill or the user has one', async () => {
    serveIssuer();
    await device.register({ ...UNREGISTERED, clientId: 'own', isPublic: true });
    expect(queryOf((await start()).authorizationUrl)['client_id']).toBe('own');
    expect(registered).toEqual([]);
  });
});

describe('the request', () => {
  test('is pushed where the provider takes that (RFC 9126): the address is short and holds no state', async () => {
    serveIssuer({ pushed_authorization_request_endpoint: `${ISSUER}/par` });
    await device.register({ ...UNREGISTERED, clientId: 'c', isPublic: true });
    const { authorizationUrl, attempt } = await start();
    expect(queryOf(authorizationUrl)).toEqual({ client_id: 'c', request_uri: 'urn:pushed:1' });
    expect(device.formsTo(`${ISSUER}/par`)).toMatchObject([
      { state: attempt.state, code_challenge_method: 'S256', redirect_uri: attempt.redirectUri },
    ]);
  });

  test.each([
    ['the skill says so', { pkce: false }],
    [
      'the provider is known to reject it',
      { authorizationEndpoint: 'https://www.strava.com/oauth/authorize' },
    ],
  ])('has no PKCE where %s, and neither has the exchange', async (_case, fields) => {
    device.serve('provider.example', TOKENS);
    await device.register(fields);
    const started = await start();
    expect(queryOf(started.authorizationUrl)).not.toHaveProperty('code_challenge');
    await device.complete(started);
    expect(device.formsTo('https://provider.example/token')[0]).not.toHaveProperty('code_verifier');
  });

  test('carries what the app wants besides, and never instead of the protocol', async () => {
    await device.register({
      extraParams: { audience: 'api', state: 'fixed' },
      resource: 'https://api.example',
    });
    const { authorizationUrl, attempt } = await start();
    expect(queryOf(authorizationUrl)).toMatchObject({
      audience: 'api',
      state: attempt.state,
      resource: 'https://api.example',
    });
  });
});

test('tokens that are bound to a key are refreshed by the same key, also after the skill has registered again', async () => {
  const thumbprints: string[] = [];
  device.serve('provider.example', (asked) => {
    const [, claims = ''] = (asked.headers.get('dpop') ?? '').split('.');
    const [header = ''] = (asked.headers.get('dpop') ?? '').split('.');
    thumbprints.push(JSON.stringify(JSON.parse(Buffer.from(header, 'base64url').toString())));
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ htm: 'POST' });
    return Response.json({ access_token: 'a', refresh_token: 'r', token_type: 'DPoP', expires_in: 60 });
  });
  await device.register({ dpop: true });
  const started = await start();
  expect(queryOf(started.authorizationUrl)).toHaveProperty('dpop_jkt');
  const { tokenSet } = await device.complete(started);
  expect(tokenSet.token_type).toBe('DPoP');
  await device.register({ dpop: true });
  await device.broker.tokens.refresh(REF);
  expect(new Set(thumbprints).size).toBe(1);
  expect(thumbprints.length).toBe(2);
});
