/** RFC 7009: OAuth 2.0 Token Revocation. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutboundFetch } from '../../src/net/outbound.ts';
import { refreshToken } from '../../src/oauth/refresh.ts';
import { revokeToken } from '../../src/oauth/revocation.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import type { Client } from '../../src/oauth/types.ts';
import {
  type AuthorizationServer as TestServer,
  startAuthorizationServer,
} from '../support/authorization-server.ts';
import { failure } from '../support/failure.ts';
import { type HostileServer, startHostileServer } from '../support/hostile-server.ts';
import {
  BY_BODY,
  CONFIDENTIAL,
  PUBLIC,
  SERVER_CLIENTS,
  context,
  signInAt,
} from '../support/protocol-client.ts';

let provider: TestServer;
let endpoint: string;
let hostile: HostileServer;

beforeAll(async () => {
  hostile = await startHostileServer();
  provider = await startAuthorizationServer({
    revocation: true,
    clients: SERVER_CLIENTS,
  });
  endpoint = `${provider.issuer}/token/revocation`;
});

afterAll(() => Promise.all([provider.close(), hostile.close()]));

async function signIn(client: Client): Promise<TokenSet> {
  return (await signInAt(provider, client, { scope: 'openid read' })).tokenSet;
}

const revoke = (at: string, client = CONFIDENTIAL, token = 'the-refresh-token'): Promise<void> =>
  revokeToken(context, provider, client, at, { token, hint: 'refresh_token' });

const isAccepted = async (accessToken: string): Promise<boolean> =>
  (await fetch(`${provider.issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } })).ok;

function received(url: string): ReadonlyArray<{ authorization: string | undefined; body: object }> {
  return hostile.requests
    .filter(({ path }) => url.endsWith(path))
    .map(({ headers, body }) => ({
      authorization: headers.authorization,
      body: Object.fromEntries(new URLSearchParams(body)),
    }));
}

describe('§2.1 revocation request', () => {
  it.each([
    ['public', PUBLIC],
    ['confidential', CONFIDENTIAL],
    ['confidential by the body', BY_BODY],
  ])(
    'the refresh token of a %s client ends at a real server, and its access token with it',
    async (_kind, client) => {
      const tokenSet = await signIn(client);
      const refresh = tokenSet.refresh_token ?? '';
      expect(await isAccepted(tokenSet.access_token)).toBe(true);
      await revoke(endpoint, client, refresh);
      expect(await isAccepted(tokenSet.access_token)).toBe(false);
      expect(await failure(refreshToken(context, provider, client, { refreshToken: refresh }))).toMatchObject(
        {
          code: 'invalid_grant',
        },
      );
    },
  );

  it('so does an access token', async () => {
    const { access_token: token } = await signIn(PUBLIC);
    await revokeToken(context, provider, PUBLIC, endpoint, { token, hint: 'access_token' });
    expect(await isAccepted(token)).toBe(false);
  });

  it('token and hint are in the body, nothing is in the URL', async () => {
    const url = hostile.replying({ body: '' });
    await revoke(url, PUBLIC);
    expect(received(url)).toEqual([
      {
        authorization: undefined,
        body: { token: 'the-refresh-token', token_type_hint: 'refresh_token', client_id: 'public' },
      },
    ]);
  });

  it('where Basic is refused the body is tried, once', async () => {
    const url = hostile.replying({ status: 401, body: { error: 'invalid_client' } }, { body: '' });
    await revoke(url);
    const [first, second, ...more] = received(url);
    expect(more).toEqual([]);
    expect(first?.authorization).toMatch(/^Basic /);
    expect(second).toMatchObject({ authorization: undefined, body: { client_secret: 's3cret' } });
  });

  it('the token of another client stays valid', async () => {
    const tokenSet = await signIn(CONFIDENTIAL);
    await revoke(endpoint, PUBLIC, tokenSet.refresh_token ?? '').catch(() => undefined);
    expect(await isAccepted(tokenSet.access_token)).toBe(true);
  });
});

describe('§2.2 revocation response', () => {
  it('a token that the server does not know counts as revoked', async () => {
    await expect(revoke(endpoint, PUBLIC, 'nobody-knows-it')).resolves.toBeUndefined();
  });

  it.each(['empty', 'no_content', 'html', 'invalid_json'] as const)(
    'the status alone counts: %s is as good as any',
    async (misbehaviour) => {
      await expect(revoke(hostile.url(misbehaviour))).resolves.toBeUndefined();
    },
  );
});

describe('§2.2.1 error response', () => {
  it('a client that the server does not know is refused', async () => {
    expect(await failure(revoke(endpoint, { clientId: 'nobody' }))).toMatchObject({ code: 'invalid_client' });
  });

  it('a wrong secret is refused', async () => {
    const client = { ...CONFIDENTIAL, clientSecret: 'wrong' };
    expect(await failure(revoke(endpoint, client))).toMatchObject({ code: 'invalid_client' });
  });

  it.each([
    [503, 'provider_error'],
    [500, 'provider_error'],
    [429, 'provider_error'],
    [400, 'provider_rejected_request'],
    [404, 'provider_rejected_request'],
  ])('%i becomes %s: the token still exists', async (status, code) => {
    const url = hostile.replying({ status, body: { error: 'unsupported_token_type' } });
    expect(await failure(revoke(url))).toMatchObject({ code, details: { status } });
    expect(received(url)).toHaveLength(1);
  });

  it.each([
    ['redirect_307', 'provider_redirected'],
    ['not_http', 'provider_bad_response'],
    ['ten_megabytes', 'provider_bad_response'],
    ['gzip_bomb', 'provider_bad_response'],
  ] as const)('a server that does %s becomes %s', async (misbehaviour, code) => {
    expect(await failure(revoke(hostile.url(misbehaviour)))).toMatchObject({ code });
    expect(hostile.requests.some(({ path }) => path === '/stolen')).toBe(false);
  });

  it('a server that hangs becomes provider_timeout', async () => {
    const impatient = { ...context, fetch: createOutboundFetch({ timeout: 300 }) };
    const revocation = { token: 'the-refresh-token', hint: 'refresh_token' } as const;
    const attempt = revokeToken(impatient, provider, PUBLIC, hostile.url('hang'), revocation);
    expect(await failure(attempt)).toMatchObject({ code: 'provider_timeout' });
  });

  it('a host that nobody reaches becomes provider_unreachable', async () => {
    const gone = await startHostileServer();
    await gone.close();
    expect(await failure(revoke(gone.url('empty')))).toMatchObject({ code: 'provider_unreachable' });
  });

  it('neither token nor secret is in an error', async () => {
    const body = { error: 'invalid_request', error_description: 'the-refresh-token s3cret' };
    const error = await failure(revoke(hostile.replying({ status: 400, body })));
    expect(error.cause).toBeUndefined();
    expect(error.details).toEqual({ provider: new URL(hostile.origin).host, status: 400 });
  });
});
