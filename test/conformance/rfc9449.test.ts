/** RFC 9449: OAuth 2.0 Demonstrating Proof of Possession (DPoP). */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { JsonObject } from '../../src/json.ts';
import { authorizationUrl } from '../../src/oauth/authorization-request.ts';
import {
  type AuthorizationCode,
  judgeAuthorizationResponse,
} from '../../src/oauth/authorization-response.ts';
import { exchangeCode } from '../../src/oauth/code-exchange.ts';
import { pollDeviceToken, requestDeviceAuthorization } from '../../src/oauth/device-authorization.ts';
import { createDpopKey, type DpopKey, dpopProof, dpopThumbprint } from '../../src/oauth/dpop.ts';
import { codeChallengeOf } from '../../src/oauth/pkce.ts';
import { authorizationLink } from '../../src/oauth/pushed-authorization-request.ts';
import { refreshToken } from '../../src/oauth/refresh.ts';
import type { TokenResult } from '../../src/oauth/token-request.ts';
import type { AuthorizationServer, Client } from '../../src/oauth/types.ts';
import {
  type AuthorizationServer as TestServer,
  startAuthorizationServer,
} from '../support/authorization-server.ts';
import { failure } from '../support/failure.ts';
import { type HostileServer, startHostileServer } from '../support/hostile-server.ts';
import { REDIRECT_URI, VERIFIER, context } from '../support/protocol-client.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';
import { userAgent } from '../support/user-agent.ts';

let provider: TestServer;
let demanding: TestServer;
let hostile: HostileServer;
let key: DpopKey;

beforeAll(async () => {
  hostile = await startHostileServer();
  key = await createDpopKey();
  const clients = [{ id: 'skill', redirectUris: [REDIRECT_URI] }];
  provider = await startAuthorizationServer({ clients, deviceFlow: true });
  demanding = await startAuthorizationServer({ clients, requireDpopNonce: true });
});

afterAll(() => Promise.all([provider.close(), demanding.close(), hostile.close()]));

const client = (dpop = key): Client => ({ clientId: 'skill', dpop });

interface Proof {
  readonly header: JsonObject & { readonly jwk?: JsonObject };
  readonly claims: JsonObject;
}

/** Reads a proof, and checks its signature with the key in its own header (§4.3). */
function open(proof: string): Proof {
  const [header = '', claims = '', signature = ''] = proof.split('.');
  const decode = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  const opened = { header: decode(header), claims: decode(claims) } as Proof;
  const publicKey = createPublicKey({ key: { ...opened.header.jwk }, format: 'jwk' });
  const signed = Buffer.from(`${header}.${claims}`);
  const isGenuine = verify(
    'sha256',
    signed,
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  expect(isGenuine).toBe(true);
  return opened;
}

async function authorize(server: AuthorizationServer, as = client()): Promise<AuthorizationCode> {
  const request = {
    redirectUri: REDIRECT_URI,
    state: 's',
    codeChallenge: codeChallengeOf(VERIFIER),
    scope: 'openid read',
  };
  const callback = await userAgent.approve(authorizationUrl(server, as, request));
  return judgeAuthorizationResponse(server, as, new URL(callback).searchParams, 's');
}

async function signIn(server: AuthorizationServer, as = client()): Promise<TokenResult> {
  const code = await authorize(server, as);
  return exchangeCode(context, server, as, { code, redirectUri: REDIRECT_URI, codeVerifier: VERIFIER });
}

const proofsAt = (url: string): readonly Proof[] =>
  hostile.requests
    .filter(({ path }) => url.endsWith(path))
    .map(({ headers }) => open(String(headers['dpop'])));

const refreshAt = (tokenEndpoint: string, as = client()): Promise<TokenResult> =>
  refreshToken(context, { ...provider, tokenEndpoint }, as, { refreshToken: 'the-refresh-token' });

describe('§4.2 DPoP proof', () => {
  it('of a token request has method, address and time, the public key and an id of its own', async () => {
    const url = hostile.replying({});
    const before = Math.floor(systemClock.now() / 1000);
    await refreshAt(url);
    await refreshAt(url);
    const [first, second] = proofsAt(url);
    expect(first?.header).toEqual({
      alg: 'ES256',
      typ: 'dpop+jwt',
      jwk: { kty: 'EC', crv: 'P-256', x: key.x, y: key.y },
    });
    expect(first?.claims).toMatchObject({ htm: 'POST', htu: url });
    expect(first?.claims['iat']).toBeGreaterThanOrEqual(before);
    expect(first?.claims).not.toHaveProperty('ath');
    expect(first?.claims['jti']).toMatch(/^[\w-]{22,}$/);
    expect(second?.claims['jti']).not.toBe(first?.claims['jti']);
  });

  it('is made by our clock, which servers correct, not by the machine\u2019s', async () => {
    const clock = new SimulatedClock();
    const proof = await dpopProof(clock, key, {
      method: 'GET',
      url: 'https://api.example/',
      accessToken: 'at',
    });
    expect(open(proof).claims['iat']).toBe(clock.now() / 1000);
  });

  it('a client without a key sends none', async () => {
    const url = hostile.replying({});
    await refreshAt(url, { clientId: 'skill' });
    expect(hostile.requests.at(-1)?.headers).not.toHaveProperty('dpop');
  });

  it('every key is a new one, and survives as JSON', async () => {
    const other = await createDpopKey();
    expect(other.d).not.toBe(key.d);
    const restored = JSON.parse(JSON.stringify(other)) as DpopKey;
    expect(restored).toEqual(other);
    const url = hostile.replying({});
    await refreshAt(url, client(restored));
    expect(proofsAt(url)[0]?.header.jwk).toMatchObject({ x: other.x, y: other.y });
  });

  it('a key that is none is refused, and stays out of the error', async () => {
    const broken = { ...key, x: 'AAAA' };
    const error = await failure(refreshAt(hostile.replying({}), client(broken)));
    expect(error.code).toBe('internal');
    expect(error.cause).toBeUndefined();
    expect(error.message).not.toContain(key.d);
  });
});

describe('§5 DPoP access token request', () => {
  it('a real server binds the token to the key', async () => {
    const { tokenSet } = await signIn(provider);
    expect(tokenSet.token_type).toBe('DPoP');
  });

  it('the refresh token of a public client is bound too: only the key renews it', async () => {
    const { tokenSet } = await signIn(provider);
    const refresh = { refreshToken: tokenSet.refresh_token ?? '' };
    const stranger = client(await createDpopKey());
    expect(await failure(refreshToken(context, provider, stranger, refresh))).toMatchObject({
      code: 'invalid_grant',
    });
    const { tokenSet: renewed } = await refreshToken(context, provider, client(), refresh);
    expect(renewed.token_type).toBe('DPoP');
  });

  it('a token of the device flow is bound as well', async () => {
    const server = { ...provider, deviceAuthorizationEndpoint: `${provider.issuer}/device/auth` };
    await provider.addClient({ id: 'skill', redirectUris: [REDIRECT_URI] });
    const { deviceCode, userCode, verificationUri } = await requestDeviceAuthorization(
      context,
      server,
      client(),
      {
        scope: 'read',
      },
    );
    await userAgent.enterUserCode(verificationUri, userCode);
    expect(await pollDeviceToken(context, server, client(), { deviceCode })).toMatchObject({
      kind: 'token',
      result: { tokenSet: { token_type: 'DPoP' } },
    });
  });
});

describe('§7 protected resource access', () => {
  it('a proof is for one method, one address without its query, and one token', async () => {
    const { claims } = open(
      await dpopProof(systemClock, key, {
        method: 'GET',
        url: 'https://api.example/v1/me?fields=name#top',
        accessToken: 'the-access-token',
      }),
    );
    expect(claims).toMatchObject({
      htm: 'GET',
      htu: 'https://api.example/v1/me',
      ath: createHash('sha256').update('the-access-token').digest('base64url'),
    });
    expect(claims).not.toHaveProperty('nonce');
  });

  it('a real server takes token and proof, and neither without the other', async () => {
    const code = await authorize(provider);
    const redeem = { code, redirectUri: REDIRECT_URI, codeVerifier: VERIFIER };
    const { tokenSet } = await exchangeCode(context, provider, client(), redeem);
    const url = `${provider.issuer}/me`;
    const accessToken = tokenSet.access_token;
    const ask = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(url, { headers })).status;
    const proof = await dpopProof(systemClock, key, { method: 'GET', url, accessToken });
    const another = await dpopProof(systemClock, await createDpopKey(), { method: 'GET', url, accessToken });
    expect(await ask({ authorization: `DPoP ${accessToken}`, dpop: proof })).toBe(200);
    expect(await ask({ authorization: `DPoP ${accessToken}`, dpop: another })).toBe(401);
    expect(await ask({ authorization: `DPoP ${accessToken}` })).toBe(400);
    expect(await ask({ authorization: `Bearer ${accessToken}` })).toBe(401);
  });

  it('§9: a nonce of the API goes into the proof', async () => {
    const request = { method: 'GET', url: 'https://api.example/', accessToken: 'at', nonce: 'n-1' };
    expect(open(await dpopProof(systemClock, key, request)).claims['nonce']).toBe('n-1');
  });

  it.each([
    ['url', { method: 'GET', url: '/me' }],
    ['method', { method: 'get it', url: 'https://api.example/' }],
  ])('a request without a sensible %s is refused', async (field, request) => {
    const attempt = dpopProof(systemClock, key, { ...request, accessToken: 'at' });
    expect(await failure(attempt)).toMatchObject({ code: 'invalid_request', details: { field } });
  });
});

describe('§8 authorization server-provided nonce', () => {
  it('a real server that demands one gets it, for codes and refresh tokens', async () => {
    const { tokenSet } = await signIn(demanding, client(await createDpopKey()));
    expect(tokenSet.token_type).toBe('DPoP');
    expect((await demanding.counters()).errors).toEqual(['use_dpop_nonce']);
  });

  it('is remembered: the next request is not refused', async () => {
    const dpop = await createDpopKey();
    const { tokenSet } = await signIn(demanding, client(dpop));
    const before = (await demanding.counters()).errors.length;
    await refreshToken(context, demanding, client(dpop), { refreshToken: tokenSet.refresh_token ?? '' });
    expect((await demanding.counters()).errors).toHaveLength(before);
  });

  it('the refused request is sent again once, with the nonce and otherwise as it was', async () => {
    const url = hostile.replying(
      { status: 400, headers: { 'dpop-nonce': 'n-1' }, body: { error: 'use_dpop_nonce' } },
      {},
    );
    await refreshAt(url, client(await createDpopKey()));
    expect(proofsAt(url).map(({ claims }) => claims['nonce'])).toEqual([undefined, 'n-1']);
    const [first, second] = hostile.requests.filter(({ path }) => url.endsWith(path));
    expect(second?.body).toBe(first?.body);
  });

  it('a server that is never content is asked twice, not for ever', async () => {
    const url = hostile.replying({
      status: 400,
      headers: { 'dpop-nonce': 'n-1' },
      body: { error: 'use_dpop_nonce' },
    });
    expect(await failure(refreshAt(url, client(await createDpopKey())))).toMatchObject({
      code: 'provider_rejected_request',
      details: { error: 'use_dpop_nonce' },
    });
    expect(proofsAt(url)).toHaveLength(2);
  });

  it('§8.2: a new one that comes with the tokens replaces the old one', async () => {
    const dpop = await createDpopKey();
    const url = hostile.replying(
      { headers: { 'dpop-nonce': 'n-1' } },
      { headers: { 'dpop-nonce': 'n-2' } },
      {},
    );
    for (let count = 0; count < 3; count += 1) await refreshAt(url, client(dpop));
    expect(proofsAt(url).map(({ claims }) => claims['nonce'])).toEqual([undefined, 'n-1', 'n-2']);
  });

  it('a client without a key does not repeat what it was refused', async () => {
    const url = hostile.replying({ status: 400, body: { error: 'use_dpop_nonce' } });
    await failure(refreshAt(url, { clientId: 'skill' }));
    expect(hostile.requests.filter(({ path }) => url.endsWith(path))).toHaveLength(1);
  });
});

describe('§10 authorization code binding', () => {
  it('a code is worth nothing with another key', async () => {
    const code = await authorize(provider);
    const stranger = client(await createDpopKey());
    const exchange = { code, redirectUri: REDIRECT_URI, codeVerifier: VERIFIER };
    expect(await failure(exchangeCode(context, provider, stranger, exchange))).toMatchObject({
      code: 'invalid_grant',
    });
  });

  it('the request names the thumbprint of RFC 7638', () => {
    const request = { redirectUri: REDIRECT_URI, state: 's', codeChallenge: 'c' };
    const { searchParams } = new URL(authorizationUrl(provider, client(), request));
    expect(searchParams.get('dpop_jkt')).toBe(dpopThumbprint(key));
    // §4.1's key and §6.1's thumbprint of it.
    const example: DpopKey = {
      kty: 'EC',
      crv: 'P-256',
      x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
      y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
      d: '',
    };
    expect(dpopThumbprint(example)).toBe('0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I');
  });

  it('§10.1: so does a pushed request', async () => {
    const server = { ...provider, pushedAuthorizationRequestEndpoint: `${provider.issuer}/request` };
    const request = {
      redirectUri: REDIRECT_URI,
      state: 's',
      codeChallenge: codeChallengeOf(VERIFIER),
      scope: 'read',
    };
    const { url } = await authorizationLink(context, server, client(), request);
    const { searchParams } = new URL(await userAgent.approve(url));
    const code = await judgeAuthorizationResponse(server, client(), searchParams, 's');
    const exchange = { code, redirectUri: REDIRECT_URI, codeVerifier: VERIFIER };
    const { tokenSet } = await exchangeCode(context, server, client(), exchange);
    expect(tokenSet.token_type).toBe('DPoP');
  });
});
