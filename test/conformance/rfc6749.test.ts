/** RFC 6749: The OAuth 2.0 Authorization Framework, as far as a client with the authorization code grant goes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutboundFetch } from '../../src/net/outbound.ts';
import { authorizationUrl } from '../../src/oauth/authorization-request.ts';
import {
  type AuthorizationCode,
  judgeAuthorizationResponse,
} from '../../src/oauth/authorization-response.ts';
import { exchangeCode } from '../../src/oauth/code-exchange.ts';
import { parseEndpoint } from '../../src/oauth/endpoint.ts';
import { refreshToken } from '../../src/oauth/refresh.ts';
import type { TokenResult } from '../../src/oauth/token-request.ts';
import { mergeRefreshed } from '../../src/oauth/token-set.ts';
import type { AuthorizationServer, Client, OAuthContext } from '../../src/oauth/types.ts';
import { failure } from '../support/failure.ts';
import { type HostileServer, startHostileServer } from '../support/hostile-server.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

const REDIRECT_URI = 'http://127.0.0.1:36536/auth/callback/skill_app';
const clock = new SimulatedClock();
const context: OAuthContext = { fetch: createOutboundFetch(), clock };
const CONFIDENTIAL: Client = { clientId: 'skill:id 1', clientSecret: 's+/% é' };
const PUBLIC: Client = { clientId: 'http://192.168.1.2:36536' };

let endpoint: HostileServer;

beforeAll(async () => {
  endpoint = await startHostileServer();
});

afterAll(() => endpoint.close());

const serverAt = (tokenEndpoint: string): AuthorizationServer => ({
  authorizationEndpoint: 'https://provider.example/authorize',
  tokenEndpoint,
});

const judge = (query: string): Promise<AuthorizationCode> =>
  judgeAuthorizationResponse(
    serverAt('https://provider.example/token'),
    CONFIDENTIAL,
    new URLSearchParams(query),
    's',
  );

async function exchange(tokenEndpoint: string, client = CONFIDENTIAL): Promise<TokenResult> {
  const code = await judge('code=the-code&state=s');
  const redeem = { code, redirectUri: REDIRECT_URI, codeVerifier: 'the-verifier' };
  return exchangeCode(context, serverAt(tokenEndpoint), client, redeem);
}

const refresh = (tokenEndpoint: string, client = CONFIDENTIAL): Promise<TokenResult> =>
  refreshToken(context, serverAt(tokenEndpoint), client, { refreshToken: 'the-refresh-token' });

function received(
  path: string,
): Array<{ authorization: string | undefined; params: Record<string, string> }> {
  return endpoint.requests
    .filter((request) => path.endsWith(request.path))
    .map(({ headers, body }) => ({
      authorization: headers.authorization,
      params: Object.fromEntries(new URLSearchParams(body)),
    }));
}

const refusing = (error: string, status = 400): string =>
  endpoint.replying({
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error }),
  });

describe('§2.3.1 client password', () => {
  it('Basic carries id and secret, form-encoded', async () => {
    const url = endpoint.replying({});
    await exchange(url);
    const credentials = Buffer.from('skill%3Aid+1:s%2B%2F%25+%C3%A9').toString('base64');
    expect(received(url).map(({ authorization }) => authorization)).toEqual([`Basic ${credentials}`]);
    expect(received(url)[0]?.params).not.toHaveProperty('client_secret');
  });

  it('an id of unreserved characters goes as it is, for servers that forget to decode', async () => {
    const url = endpoint.replying({});
    await exchange(url, { clientId: '1b9e-4_a.x', clientSecret: 'a-b_c.d' });
    const credentials = Buffer.from('1b9e-4_a.x:a-b_c.d').toString('base64');
    expect(received(url)[0]?.authorization).toBe(`Basic ${credentials}`);
  });

  it('in the body they are parameters, and there is no Basic beside them', async () => {
    const url = endpoint.replying({});
    const result = await exchange(url, { ...CONFIDENTIAL, authentication: 'client_secret_post' });
    expect(result.authentication).toBe('client_secret_post');
    expect(received(url)).toMatchObject([
      { authorization: undefined, params: { client_id: 'skill:id 1', client_secret: 's+/% é' } },
    ]);
  });

  it('they never go into the URL', async () => {
    const url = endpoint.replying({});
    await exchange(url, { ...CONFIDENTIAL, authentication: 'client_secret_post' });
    expect(endpoint.requests.at(-1)?.path).not.toContain('?');
  });
});

describe('§2.3 client authentication of an unknown server', () => {
  it('Basic is tried first, and where it works nothing else', async () => {
    const url = endpoint.replying({});
    await expect(exchange(url)).resolves.toMatchObject({ authentication: 'client_secret_basic' });
    expect(received(url)).toHaveLength(1);
  });

  it.each([
    ['401 invalid_client', { status: 401, body: { error: 'invalid_client' } }],
    ['400 invalid_client', { status: 400, body: { error: 'invalid_client' } }],
    ['400 unauthorized_client', { status: 400, body: { error: 'unauthorized_client' } }],
    ['400 invalid_request, as Home Assistant says', { status: 400, body: { error: 'invalid_request' } }],
    ['401 without a body', { status: 401, headers: { 'www-authenticate': 'Basic' }, body: '' }],
  ])('after %s the body is tried, once, with everything else unchanged', async (_answer, refusal) => {
    const url = endpoint.replying(refusal, {});
    await expect(exchange(url)).resolves.toMatchObject({ authentication: 'client_secret_post' });
    const [first, second, ...more] = received(url);
    expect(more).toEqual([]);
    expect(second?.authorization).toBeUndefined();
    expect(second?.params).toEqual({ ...first?.params, client_secret: CONFIDENTIAL.clientSecret });
  });

  it('where both are refused the client is', async () => {
    const url = refusing('invalid_client', 401);
    expect(await failure(exchange(url))).toMatchObject({ code: 'invalid_client' });
    expect(received(url)).toHaveLength(2);
  });

  it('where Basic got past authentication, the refused body does not hide what was wrong', async () => {
    const url = endpoint.replying(
      { status: 400, body: { error: 'invalid_request' } },
      { status: 401, body: { error: 'invalid_client' } },
    );
    expect(await failure(exchange(url))).toMatchObject({
      code: 'provider_rejected_request',
      details: { error: 'invalid_request' },
    });
  });

  it.each(['invalid_grant', 'invalid_scope', 'server_error'])(
    'after %s nothing else is tried',
    async (error) => {
      const url = refusing(error);
      await failure(exchange(url));
      expect(received(url)).toHaveLength(1);
    },
  );

  it.each(['client_secret_basic', 'client_secret_post'] as const)(
    'where %s is known to work, only that',
    async (authentication) => {
      const url = refusing('invalid_client', 401);
      expect(await failure(refresh(url, { ...CONFIDENTIAL, authentication }))).toMatchObject({
        code: 'invalid_client',
      });
      expect(received(url)).toHaveLength(1);
    },
  );

  it('a secret that came later is used, though the client was public when it last worked', async () => {
    const url = endpoint.replying({});
    await expect(refresh(url, { ...CONFIDENTIAL, authentication: 'none' })).resolves.toMatchObject({
      authentication: 'client_secret_basic',
    });
  });
});

describe('§3.1 authorization endpoint', () => {
  const request = { redirectUri: REDIRECT_URI, state: 's', codeChallenge: 'c', scope: 'read' };

  it('a query that it has is kept', () => {
    const server = {
      ...serverAt('https://provider.example/token'),
      authorizationEndpoint: 'https://provider.example/a?tenant=x%20y&z=',
    };
    const { searchParams } = new URL(authorizationUrl(server, CONFIDENTIAL, request));
    expect(searchParams.get('tenant')).toBe('x y');
    expect(searchParams.get('z')).toBe('');
    expect(searchParams.get('client_id')).toBe(CONFIDENTIAL.clientId);
  });

  it('no parameter is in the request twice', () => {
    const server = {
      ...serverAt('https://provider.example/token'),
      authorizationEndpoint: 'https://provider.example/a?response_type=token&client_id=x&client_id=y',
    };
    const { searchParams } = new URL(authorizationUrl(server, CONFIDENTIAL, request));
    const names = [...searchParams.keys()];
    expect(new Set(names).size).toBe(names.length);
    expect(searchParams.get('response_type')).toBe('code');
    expect(searchParams.get('client_id')).toBe(CONFIDENTIAL.clientId);
  });

  it('a fragment is refused', () => {
    expect(() => parseEndpoint('auth_endpoint', 'https://provider.example/a#b')).toThrow(/endpoint_invalid/);
  });
});

it('§3.2: a token request is a POST, form-encoded, and asks for JSON', async () => {
  const url = endpoint.replying({});
  await exchange(url);
  expect(endpoint.requests.at(-1)?.headers).toMatchObject({
    'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
    accept: 'application/json',
  });
});

describe('§3.2.1 client identification', () => {
  it('a public client sends its id, byte for byte, in the body of every token request, and no Basic', async () => {
    const url = endpoint.replying({});
    await expect(exchange(url, PUBLIC)).resolves.toMatchObject({ authentication: 'none' });
    await expect(refresh(url, PUBLIC)).resolves.toMatchObject({ authentication: 'none' });
    for (const { authorization, params } of received(url)) {
      expect(authorization).toBeUndefined();
      expect(params['client_id']).toBe('http://192.168.1.2:36536');
      expect(params).not.toHaveProperty('client_secret');
    }
    expect(received(url)).toHaveLength(2);
  });
});

describe('§4.1.2 authorization response', () => {
  it('with a code and our state is accepted; parameters that nobody knows are ignored', async () => {
    const { params } = await judge('code=the-code&state=s&storeToken=true&storeToken=true');
    expect(params.get('code')).toBe('the-code');
  });

  it.each([
    ['no code', 'state=s'],
    ['an empty code', 'code=&state=s'],
    ['two codes', 'code=a&code=b&state=s'],
    ['the same code twice', 'code=a&code=a&state=s'],
    ['no state', 'code=a'],
    ['an empty state', 'code=a&state='],
    ['another state', 'code=a&state=other'],
    ['two states', 'code=a&state=s&state=s'],
    ['two errors', 'error=access_denied&error=server_error&state=s'],
    ['an error and another state', 'error=access_denied&state=other'],
    ['a token, which nobody asked for', 'code=a&state=s&id_token=x.y.z'],
    ['nothing', ''],
  ])('with %s is malformed', async (_what, query) => {
    expect(await failure(judge(query))).toMatchObject({ code: 'callback_malformed' });
  });
});

describe('§4.1.2.1 error response', () => {
  it.each([
    ['access_denied', 'access_denied'],
    ['server_error', 'provider_error'],
    ['temporarily_unavailable', 'provider_error'],
    ['invalid_request', 'provider_rejected_request'],
    ['unauthorized_client', 'provider_rejected_request'],
    ['unsupported_response_type', 'provider_rejected_request'],
    ['invalid_scope', 'provider_rejected_request'],
    ['something_new', 'provider_error'],
  ])('%s becomes %s', async (error, code) => {
    expect(await failure(judge(`error=${error}&error_description=<b>&state=s`))).toMatchObject({ code });
  });

  it('its code is in the details, its words are not', async () => {
    const error = await failure(judge('error=invalid_scope&error_description=hostile-words&state=s'));
    expect(error.details).toEqual({ provider: 'provider.example', error: 'invalid_scope' });
    expect(error.cause).toBeUndefined();
  });

  it('a code that is no plain word stays out of the details', async () => {
    const error = await failure(judge(`error=${encodeURIComponent('<script>\n')}&state=s`));
    expect(error.details).toMatchObject({ error: 'unreadable' });
  });
});

it('§4.1.3: the code is sent with its redirect URI and the verifier', async () => {
  const url = endpoint.replying({});
  await exchange(url, PUBLIC);
  expect(received(url)[0]?.params).toEqual({
    grant_type: 'authorization_code',
    code: 'the-code',
    redirect_uri: REDIRECT_URI,
    code_verifier: 'the-verifier',
    client_id: PUBLIC.clientId,
  });
});

describe('§5.1 successful response', () => {
  it('is returned as it came, with `expires_at` by our clock', async () => {
    const body = {
      access_token: 'a',
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'x',
      custom: [1, { two: null }],
    };
    const { tokenSet } = await exchange(endpoint.replying({ body }));
    expect(tokenSet).toEqual({ ...body, expires_at: clock.now() / 1000 + 3600 });
  });

  it('a token type is not case sensitive, and one that is missing or of their own is no reason to lose the token', async () => {
    for (const token_type of ['bearer', 'BEARER', 'bot', undefined]) {
      const { tokenSet } = await exchange(endpoint.replying({ body: { access_token: 'a', token_type } }));
      expect(tokenSet.token_type).toBe(token_type);
    }
  });

  it('an ID token that cannot be verified is no reason either', async () => {
    const { tokenSet } = await exchange(
      endpoint.replying({ body: { access_token: 'a', id_token: 'not.a.jwt' } }),
    );
    expect(tokenSet['id_token']).toBe('not.a.jwt');
  });
});

describe('§5.2 error response', () => {
  it.each([
    ['invalid_grant', 400, 'invalid_grant'],
    ['invalid_client', 401, 'invalid_client'],
    ['unauthorized_client', 400, 'invalid_client'],
    ['invalid_scope', 400, 'provider_rejected_request'],
    ['unsupported_grant_type', 400, 'provider_rejected_request'],
    ['something_new', 403, 'provider_rejected_request'],
    ['server_error', 400, 'provider_error'],
    ['temporarily_unavailable', 503, 'provider_error'],
    ['something_new', 500, 'provider_error'],
    ['something_new', 429, 'provider_error'],
  ])('%s with status %i becomes %s', async (error, status, code) => {
    expect(await failure(refresh(refusing(error, status), PUBLIC))).toMatchObject({
      code,
      details: { error, status },
    });
  });

  it.each([200, 401, 403, 500])('the error counts before the status, here %i', async (status) => {
    expect(await failure(refresh(refusing('invalid_grant', status), PUBLIC))).toMatchObject({
      code: 'invalid_grant',
    });
  });

  it('neither its description nor anything of the request shows up in ours', async () => {
    const body = { error: 'invalid_grant', error_description: 'the-refresh-token is bad' };
    const error = await failure(refresh(endpoint.replying({ status: 400, body })));
    expect(error.cause).toBeUndefined();
    expect(error.details).toEqual({
      provider: new URL(endpoint.origin).host,
      status: 400,
      error: 'invalid_grant',
    });
  });
});

describe('§6 refreshing', () => {
  it('sends the refresh token, and a scope only to ask for less', async () => {
    const url = endpoint.replying({});
    await refresh(url, PUBLIC);
    await refreshToken(context, serverAt(url), PUBLIC, { refreshToken: 'r', scope: 'read' });
    expect(received(url).map(({ params }) => params)).toEqual([
      { grant_type: 'refresh_token', refresh_token: 'the-refresh-token', client_id: PUBLIC.clientId },
      { grant_type: 'refresh_token', refresh_token: 'r', scope: 'read', client_id: PUBLIC.clientId },
    ]);
  });

  it('goes to the refresh endpoint where there is one', async () => {
    const [token, refreshing] = [endpoint.replying({}), endpoint.replying({})];
    const server = { ...serverAt(token), refreshEndpoint: refreshing };
    await refreshToken(context, server, PUBLIC, { refreshToken: 'r' });
    expect(received(refreshing)).toHaveLength(1);
    expect(received(token)).toHaveLength(0);
  });

  it('without a new refresh token the old one stays', async () => {
    const { tokenSet } = await refresh(
      endpoint.replying({ body: { access_token: 'new', token_type: 'Bearer' } }),
    );
    expect(mergeRefreshed({ access_token: 'old', refresh_token: 'kept' }, tokenSet)).toMatchObject({
      access_token: 'new',
      refresh_token: 'kept',
    });
  });

  it('with a new one the old one is replaced', async () => {
    const { tokenSet } = await refresh(
      endpoint.replying({ body: { access_token: 'new', refresh_token: 'rotated' } }),
    );
    expect(mergeRefreshed({ access_token: 'old', refresh_token: 'spent' }, tokenSet).refresh_token).toBe(
      'rotated',
    );
  });
});
