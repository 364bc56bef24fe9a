/** RFC 8628: OAuth 2.0 Device Authorization Grant. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createOutboundFetch } from '../../src/net/outbound.ts';
import {
  type DeviceAuthorization,
  type DevicePoll,
  pollDeviceToken,
  requestDeviceAuthorization,
} from '../../src/oauth/device-authorization.ts';
import { awaitDeviceToken, delayOf, firstPace, nextPace } from '../../src/oauth/device-polling.ts';
import type { AuthorizationServer, Client } from '../../src/oauth/types.ts';
import {
  type AuthorizationServer as TestServer,
  startAuthorizationServer,
} from '../support/authorization-server.ts';
import { failure } from '../support/failure.ts';
import { type HostileServer, startHostileServer } from '../support/hostile-server.ts';
import { context } from '../support/protocol-client.ts';
import { userAgent } from '../support/user-agent.ts';

/** For servers that hang; a slow machine must not be taken for one. */
const impatient = { ...context, fetch: createOutboundFetch({ timeout: 300 }) };
const contextFor = (misbehaviour: string): typeof context => (misbehaviour === 'hang' ? impatient : context);
const PUBLIC: Client = { clientId: 'tv' };
const CONFIDENTIAL: Client = { clientId: 'speaker', clientSecret: 's3cret' };
const BY_BODY: Client = { clientId: 'lamp', clientSecret: 's3cret' };
const redirectUris = ['http://127.0.0.1/cb'];

let provider: TestServer;
let server: AuthorizationServer;
let hostile: HostileServer;

beforeAll(async () => {
  hostile = await startHostileServer();
  provider = await startAuthorizationServer({
    deviceFlow: true,
    clients: [
      { id: 'tv', redirectUris },
      { id: 'speaker', secret: 's3cret', redirectUris },
      { id: 'lamp', secret: 's3cret', authentication: 'client_secret_post', redirectUris },
    ],
  });
  server = { ...provider, deviceAuthorizationEndpoint: `${provider.issuer}/device/auth` };
});

afterAll(() => Promise.all([provider.close(), hostile.close()]));

const start = (client = PUBLIC): Promise<DeviceAuthorization> =>
  requestDeviceAuthorization(context, server, client, { scope: 'read' });

const REPLY = {
  device_code: 'the-device-code',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://provider.example/device',
  expires_in: 900,
};

const authorizeAt = (url: string, asker = context): Promise<DeviceAuthorization> =>
  requestDeviceAuthorization(asker, { ...server, deviceAuthorizationEndpoint: url }, PUBLIC, {
    scope: 'read',
  });

const replyWith = (fields: object): Promise<DeviceAuthorization> =>
  authorizeAt(hostile.replying({ body: { ...REPLY, ...fields } }));

const pollAt = (tokenEndpoint: string, asker = context): Promise<DevicePoll> =>
  pollDeviceToken(asker, { ...server, tokenEndpoint }, PUBLIC, { deviceCode: 'the-device-code' });

const refusing = (error: string, status = 400): string => hostile.replying({ status, body: { error } });

function received(url: string): ReadonlyArray<Record<string, string>> {
  return hostile.requests
    .filter(({ path }) => url.endsWith(path))
    .map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
}

describe('§3.1 device authorization request', () => {
  it('carries client id and scope, and no secret in the URL', async () => {
    const url = hostile.replying({ body: REPLY });
    await authorizeAt(url);
    expect(received(url)).toEqual([{ client_id: 'tv', scope: 'read' }]);
  });

  it('a confidential client authenticates, in the way that the server takes', async () => {
    await expect(start(CONFIDENTIAL)).resolves.toBeDefined();
    await expect(start(BY_BODY)).resolves.toBeDefined();
  });

  it('a client that the server does not know is refused', async () => {
    expect(await failure(start({ clientId: 'nobody' }))).toMatchObject({ code: 'invalid_client' });
  });

  it('a server without the endpoint is not asked', async () => {
    const attempt = requestDeviceAuthorization(context, provider, PUBLIC);
    expect(await failure(attempt)).toMatchObject({
      code: 'endpoint_invalid',
      details: { field: 'device_authorization_endpoint' },
    });
  });
});

describe('§3.2 device authorization response', () => {
  it('of a real server', async () => {
    const before = systemClock.now();
    const authorization = await start();
    expect(authorization.userCode).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
    expect(authorization).toMatchObject({
      verificationUri: `${provider.issuer}/device`,
      verificationUriComplete: `${provider.issuer}/device?user_code=${authorization.userCode}`,
    });
    expect(authorization.expiresAt).toBeGreaterThanOrEqual(before + 599_000);
    expect(authorization.expiresAt).toBeLessThanOrEqual(systemClock.now() + 600_000);
  });

  it('without an interval means 5 seconds', async () => {
    expect((await replyWith({})).interval).toBe(5);
    expect((await replyWith({ interval: 12 })).interval).toBe(12);
  });

  it.each([
    ['7', 7],
    [0, 5],
    [-1, 5],
    ['soon', 5],
    [null, 5],
  ])('an interval of %j means %i', async (interval, seconds) => {
    expect((await replyWith({ interval })).interval).toBe(seconds);
  });

  it('numbers may come as strings', async () => {
    expect((await replyWith({ expires_in: '900' })).expiresAt).toBeGreaterThan(systemClock.now() + 890_000);
  });

  it.each([
    ['no device code', { device_code: undefined }],
    ['no user code', { user_code: undefined }],
    ['no verification address', { verification_uri: undefined }],
    ['no expiry', { expires_in: undefined }],
    ['an expiry that is past', { expires_in: -5 }],
    ['an expiry that is none', { expires_in: '900abc' }],
    ['a user code of control characters', { user_code: 'A\u202e\u0007B' }],
    ['a user code that nobody can read out', { user_code: 'x'.repeat(65) }],
    ['a script for an address', { verification_uri: 'javascript:alert(1)' }],
    ['plain http on the internet', { verification_uri: 'http://provider.example/device' }],
    ['an address of 3 kB', { verification_uri: `https://provider.example/${'x'.repeat(3000)}` }],
  ])('with %s is refused, and the device code stays out of the error', async (_what, fields) => {
    const error = await failure(replyWith(fields));
    expect(error).toMatchObject({ code: 'provider_bad_response' });
    expect(error.cause).toBeUndefined();
    expect(JSON.stringify(error.details)).not.toContain('the-device-code');
  });

  it('a complete address that must not be opened is left out', async () => {
    const authorization = await replyWith({ verification_uri_complete: 'javascript:alert(1)' });
    expect(authorization).not.toHaveProperty('verificationUriComplete');
  });

  it.each([
    ['hang', 'provider_timeout'],
    ['html_500', 'provider_error'],
    ['html_404', 'provider_bad_response'],
    ['empty', 'provider_bad_response'],
    ['ten_megabytes', 'provider_bad_response'],
    ['redirect_307', 'provider_redirected'],
  ] as const)('of a server that does %s becomes %s', async (misbehaviour, code) => {
    const attempt = authorizeAt(hostile.url(misbehaviour), contextFor(misbehaviour));
    expect(await failure(attempt)).toMatchObject({ code });
  });
});

it('§3.3.1: the complete address leads to the approval without typing', async () => {
  const { verificationUriComplete = '', deviceCode } = await start();
  await userAgent.enterUserCode(verificationUriComplete, undefined);
  expect(await pollDeviceToken(context, server, PUBLIC, { deviceCode })).toMatchObject({ kind: 'token' });
});

describe('§3.4 device access token request', () => {
  it('carries grant type, device code and client id', async () => {
    const url = hostile.replying({});
    await pollAt(url);
    expect(received(url)).toEqual([
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: 'the-device-code',
        client_id: 'tv',
      },
    ]);
  });

  it.each([
    ['public', PUBLIC, 'none'],
    ['confidential', CONFIDENTIAL, 'client_secret_basic'],
    ['confidential by the body', BY_BODY, 'client_secret_post'],
  ] as const)('a %s client gets its tokens, and knows how', async (_kind, client, authentication) => {
    const { deviceCode, userCode, verificationUri } = await start(client);
    const poll = (): Promise<DevicePoll> => pollDeviceToken(context, server, client, { deviceCode });
    expect(await poll()).toEqual({ kind: 'pending', authentication });
    await userAgent.enterUserCode(verificationUri, userCode);
    expect(await poll()).toMatchObject({
      kind: 'token',
      result: { authentication, tokenSet: { token_type: 'Bearer', scope: 'read' } },
    });
  });
});

describe('§3.5 device access token response', () => {
  it.each([
    ['at the confirmation', 'abort'],
    ['at the consent', 'deny'],
  ] as const)('the no of the user %s is found', async (_where, decision) => {
    const { deviceCode, userCode, verificationUri } = await start();
    await userAgent.enterUserCode(verificationUri, userCode, decision);
    expect(await pollDeviceToken(context, server, PUBLIC, { deviceCode })).toEqual({ kind: 'denied' });
  });

  it('a code that was used is over', async () => {
    const { deviceCode, userCode, verificationUri } = await start();
    await userAgent.enterUserCode(verificationUri, userCode);
    await pollDeviceToken(context, server, PUBLIC, { deviceCode });
    expect(await pollDeviceToken(context, server, PUBLIC, { deviceCode })).toEqual({ kind: 'expired' });
  });

  it('a code that expired is over', async () => {
    const shortLived = await startAuthorizationServer({
      deviceFlow: true,
      deviceCodeLifetime: 1,
      clients: [{ id: 'tv', redirectUris }],
    });
    const shortServer = { ...shortLived, deviceAuthorizationEndpoint: `${shortLived.issuer}/device/auth` };
    const { deviceCode } = await requestDeviceAuthorization(context, shortServer, PUBLIC);
    await expect
      .poll(() => pollDeviceToken(context, shortServer, PUBLIC, { deviceCode }), {
        timeout: 10_000,
        interval: 300,
      })
      .toEqual({ kind: 'expired' });
    await shortLived.close();
  });

  it.each([
    ['authorization_pending', 400, 'pending'],
    ['authorization_pending', 401, 'pending'],
    ['authorization_pending', 200, 'pending'],
    ['slow_down', 400, 'slow_down'],
    ['slow_down', 429, 'slow_down'],
    ['access_denied', 403, 'denied'],
    ['expired_token', 400, 'expired'],
    ['invalid_grant', 400, 'expired'],
    ['server_error', 500, 'unavailable'],
    ['temporarily_unavailable', 503, 'unavailable'],
  ])('%s with status %i is found to be %s', async (error, status, kind) => {
    expect(await pollAt(refusing(error, status))).toMatchObject({ kind });
  });

  it.each([
    ['invalid_client', 'invalid_client'],
    ['unauthorized_client', 'invalid_client'],
    ['unsupported_grant_type', 'provider_rejected_request'],
    ['invalid_scope', 'provider_rejected_request'],
  ])('%s ends the polling as %s', async (error, code) => {
    expect(await failure(pollAt(refusing(error)))).toMatchObject({ code });
  });

  it('`slow_down` is 5 seconds more, for this and all subsequent polls', () => {
    const slower = nextPace(firstPace(5), { kind: 'slow_down', authentication: 'none' });
    expect(slower.interval).toBe(10);
    expect(nextPace(slower, { kind: 'pending', authentication: 'none' }).interval).toBe(10);
  });

  it.each(['hang', 'html', 'html_500', 'not_http', 'invalid_json', 'empty', 'ten_megabytes'] as const)(
    'a server that does %s may be back at the next poll, which comes later',
    async (misbehaviour) => {
      const poll = await pollAt(hostile.url(misbehaviour), contextFor(misbehaviour));
      expect(poll.kind).toBe('unavailable');
      const pace = firstPace(5);
      expect(delayOf(nextPace(pace, poll), 0)).toBe(2 * delayOf(pace, 0));
    },
  );

  it('nothing of the request and nothing of the answer but its code is in an error', async () => {
    const body = {
      error: 'unauthorized_client',
      error_description: 'the-device-code is bad',
      device_code: 'x',
    };
    const error = await failure(pollAt(hostile.replying({ status: 400, body })));
    expect(error.cause).toBeUndefined();
    expect(Object.keys(error.details).sort()).toEqual(['error', 'provider', 'status']);
  });

  it('waiting goes on through outages until the user has approved', async () => {
    const url = hostile.replying(
      { status: 400, body: { error: 'authorization_pending' } },
      { status: 503, body: '' },
      { body: { access_token: 'at', token_type: 'Bearer' } },
    );
    const result = await awaitDeviceToken(context, { ...server, tokenEndpoint: url }, PUBLIC, {
      deviceCode: 'the-device-code',
      expiresAt: systemClock.now() + 60_000,
      interval: 0.01,
    });
    expect(result.tokenSet.access_token).toBe('at');
    expect(received(url)).toHaveLength(3);
  });
});

it('§3.5: what got past the server at the first poll is used at the next ones', async () => {
  const url = hostile.replying(
    { status: 401, body: { error: 'invalid_client' } },
    { status: 400, body: { error: 'authorization_pending' } },
    { body: { access_token: 'at', token_type: 'Bearer' } },
  );
  await awaitDeviceToken(context, { ...server, tokenEndpoint: url }, CONFIDENTIAL, {
    deviceCode: 'the-device-code',
    expiresAt: systemClock.now() + 60_000,
    interval: 0.01,
  });
  expect(received(url).map((parameters) => 'client_secret' in parameters)).toEqual([false, true, true]);
});
