import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createOutboundFetch } from '../../src/net/outbound.ts';
import { authorizationUrl } from '../../src/oauth/authorization-request.ts';
import {
  type AuthorizationCode,
  judgeAuthorizationResponse,
} from '../../src/oauth/authorization-response.ts';
import { exchangeCode } from '../../src/oauth/code-exchange.ts';
import { codeChallengeOf, createCodeVerifier } from '../../src/oauth/pkce.ts';
import { refreshToken } from '../../src/oauth/refresh.ts';
import type { TokenResult } from '../../src/oauth/token-request.ts';
import type { AuthorizationServer as Server, Client } from '../../src/oauth/types.ts';
import { systemRandom } from '../../src/random.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { startAuthorizationServerProcess } from '../support/authorization-server-process.ts';
import { userAgent } from '../support/user-agent.ts';

const REDIRECT_URI = 'http://127.0.0.1:36536/auth/callback/skill_app';
// Every kind of character that Basic has to encode (RFC 6749 §2.3.1).
const SECRET = 's3/+ :%&=~';
const BASIC: Client = { clientId: 'basic client', clientSecret: SECRET };
const POST: Client = { clientId: 'post-client', clientSecret: SECRET };
const PUBLIC: Client = { clientId: 'http://192.168.1.2:36536' };
const context = { fetch: createOutboundFetch(), clock: systemClock };

let provider: AuthorizationServer;

beforeAll(async () => {
  provider = await startAuthorizationServer({
    clients: [
      { id: BASIC.clientId, secret: SECRET, redirectUris: [REDIRECT_URI] },
      {
        id: POST.clientId,
        secret: SECRET,
        authentication: 'client_secret_post',
        redirectUris: [REDIRECT_URI],
      },
      { id: PUBLIC.clientId, redirectUris: [REDIRECT_URI] },
    ],
  });
});

afterAll(() => provider.close());

interface SignIn {
  readonly code: AuthorizationCode;
  readonly codeVerifier: string;
}

async function signIn(
  client: Client,
  server: Server = { ...provider, issParameterSupported: true },
): Promise<SignIn> {
  const codeVerifier = createCodeVerifier(systemRandom);
  const url = authorizationUrl(server, client, {
    redirectUri: REDIRECT_URI,
    scope: 'read write',
    state: 'the-state',
    codeChallenge: codeChallengeOf(codeVerifier),
  });
  const { searchParams } = new URL(await userAgent.approve(url));
  return { code: await judgeAuthorizationResponse(server, client, searchParams, 'the-state'), codeVerifier };
}

const exchange = (client: Client, { code, codeVerifier }: SignIn): Promise<TokenResult> =>
  exchangeCode(context, provider, client, { code, redirectUri: REDIRECT_URI, codeVerifier });

const refreshTokenOf = ({ tokenSet }: TokenResult): string => tokenSet.refresh_token ?? expect.unreachable();

describe.each([
  ['with a secret by Basic', BASIC, 'client_secret_basic', 1],
  ['with a secret in the body, found out by trying', POST, 'client_secret_post', 2],
  ['without a secret', PUBLIC, 'none', 1],
] as const)('a client %s', (_kind, client, authentication, requests) => {
  it('signs in and refreshes', async () => {
    const before = (await provider.counters()).tokenRequests;
    const first = await exchange(client, await signIn(client));
    expect(first).toMatchObject({
      authentication,
      tokenSet: { scope: 'read write', token_type: 'Bearer', expires_in: 3600 },
    });
    expect((await provider.counters()).tokenRequests - before).toBe(requests);

    const second = await refreshToken(context, provider, client, { refreshToken: refreshTokenOf(first) });
    expect(second.authentication).toBe(authentication);
    expect(second.tokenSet.access_token).not.toBe(first.tokenSet.access_token);
    expect(second.tokenSet.refresh_token).not.toBe(first.tokenSet.refresh_token);
  });
});

it('an ID token from a provider whose issuer nobody knows is no obstacle', async () => {
  const { issuer: _unknown, ...server } = provider;
  const codeVerifier = createCodeVerifier(systemRandom);
  const request = {
    redirectUri: REDIRECT_URI,
    scope: 'openid read',
    state: 's',
    codeChallenge: codeChallengeOf(codeVerifier),
  };
  const callback = await userAgent.approve(authorizationUrl(server, PUBLIC, request));
  const code = await judgeAuthorizationResponse(server, PUBLIC, new URL(callback).searchParams, 's');
  const { tokenSet } = await exchangeCode(context, server, PUBLIC, {
    code,
    redirectUri: REDIRECT_URI,
    codeVerifier,
  });
  expect(tokenSet['id_token']).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});

it('a user who says no is a denial', async () => {
  const request = {
    redirectUri: REDIRECT_URI,
    state: 's',
    scope: 'read',
    codeChallenge: codeChallengeOf('v'.repeat(43)),
  };
  const callback = await userAgent.deny(authorizationUrl(provider, PUBLIC, request));
  await expect(
    judgeAuthorizationResponse(provider, PUBLIC, new URL(callback).searchParams, 's'),
  ).rejects.toMatchObject({ code: 'access_denied' });
});

it('an answer of this provider is refused where another one was asked', async () => {
  const asked = { ...provider, issuer: 'https://other.example' };
  await expect(signIn(PUBLIC, asked)).rejects.toMatchObject({ code: 'issuer_mismatch' });
});

it('a code without its own verifier is worthless', async () => {
  const { code } = await signIn(PUBLIC);
  const thief = { code, codeVerifier: createCodeVerifier(systemRandom) };
  await expect(exchange(PUBLIC, thief)).rejects.toMatchObject({ code: 'invalid_grant' });
});

it('a code that was used is refused', async () => {
  const used = await signIn(PUBLIC);
  await exchange(PUBLIC, used);
  await expect(exchange(PUBLIC, used)).rejects.toMatchObject({ code: 'invalid_grant' });
});

it('a wrong secret is refused, whichever way it is sent', async () => {
  const signedIn = await signIn(BASIC);
  const wrong: Client = { ...BASIC, clientSecret: 'wrong' };
  await expect(exchange(wrong, signedIn)).rejects.toMatchObject({ code: 'invalid_client' });
  // Client authentication comes before the grant: the code is still good.
  await expect(exchange(BASIC, signedIn)).resolves.toMatchObject({ authentication: 'client_secret_basic' });
});

it('a refresh token that was spent twice ends the grant', async () => {
  const first = await exchange(PUBLIC, await signIn(PUBLIC));
  const second = await refreshToken(context, provider, PUBLIC, { refreshToken: refreshTokenOf(first) });
  for (const spent of [first, second]) {
    await expect(
      refreshToken(context, provider, PUBLIC, { refreshToken: refreshTokenOf(spent) }),
    ).rejects.toMatchObject({ code: 'invalid_grant' });
  }
});

it('a provider that is gone is unreachable', async () => {
  const gone = await startAuthorizationServerProcess();
  await gone.kill();
  await expect(refreshToken(context, gone, PUBLIC, { refreshToken: 'r' })).rejects.toMatchObject({
    code: 'provider_unreachable',
    details: { provider: new URL(gone.issuer).host, reason: 'ECONNREFUSED' },
  });
});
