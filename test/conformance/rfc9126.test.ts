/** RFC 9126: OAuth 2.0 Pushed Authorization Requests. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { type AuthorizationRequest, authorizationUrl } from '../../src/oauth/authorization-request.ts';
import { judgeAuthorizationResponse } from '../../src/oauth/authorization-response.ts';
import { exchangeCode } from '../../src/oauth/code-exchange.ts';
import { discover, type ServerMetadata } from '../../src/oauth/discovery.ts';
import { codeChallengeOf } from '../../src/oauth/pkce.ts';
import {
  type AuthorizationLink,
  authorizationLink,
  pushAuthorizationRequest,
} from '../../src/oauth/pushed-authorization-request.ts';
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
  REDIRECT_URI,
  SERVER_CLIENTS,
  VERIFIER,
  context,
} from '../support/protocol-client.ts';
import { userAgent } from '../support/user-agent.ts';

const REQUEST: AuthorizationRequest = {
  redirectUri: REDIRECT_URI,
  state: 'the-state',
  codeChallenge: codeChallengeOf(VERIFIER),
  scope: 'read write',
  extraParams: { prompt: 'consent' },
};

let provider: TestServer;
let server: ServerMetadata;
let hostile: HostileServer;

beforeAll(async () => {
  hostile = await startHostileServer();
  provider = await startAuthorizationServer({
    requirePushedRequests: true,
    clients: SERVER_CLIENTS,
  });
  server = await discover(context, provider.issuer);
});

afterAll(() => Promise.all([provider.close(), hostile.close()]));

const PUSHED = { request_uri: 'urn:ietf:params:oauth:request_uri:xyz', expires_in: 60 };

const linkAt = (endpoint: string, requirePushed: boolean, client = PUBLIC): Promise<AuthorizationLink> =>
  authorizationLink(
    context,
    { ...server, pushedAuthorizationRequestEndpoint: endpoint, requirePushed },
    client,
    REQUEST,
  );

describe('§2.1 pushed authorization request', () => {
  it('carries what the authorization URL would have carried', async () => {
    const url = hostile.replying({ status: 201, body: PUSHED });
    await linkAt(url, true);
    const pushed = Object.fromEntries(new URLSearchParams(hostile.requests.at(-1)?.body));
    const { searchParams } = new URL(authorizationUrl(server, PUBLIC, REQUEST));
    expect(pushed).toEqual(Object.fromEntries(searchParams));
  });

  it.each([
    ['public', PUBLIC],
    ['confidential', CONFIDENTIAL],
    ['confidential by the body', BY_BODY],
  ])('a %s client signs in with one at a server that takes no others', async (_kind, client) => {
    const { url } = await authorizationLink(context, server, client, REQUEST);
    const { searchParams } = new URL(await userAgent.approve(url));
    const code = await judgeAuthorizationResponse(server, client, searchParams, 'the-state');
    const exchange = { code, redirectUri: REDIRECT_URI, codeVerifier: VERIFIER };
    const { tokenSet } = await exchangeCode(context, server, client, exchange);
    expect(tokenSet.scope).toBe('read write');
  });

  it('a wrong secret is found out before the user has signed in', async () => {
    const attempt = authorizationLink(context, server, { ...CONFIDENTIAL, clientSecret: 'wrong' }, REQUEST);
    expect(await failure(attempt)).toMatchObject({ code: 'invalid_client' });
  });
});

describe('§2.2 successful response', () => {
  it('any 2xx counts, and when the request ends is told', async () => {
    const before = systemClock.now();
    const { expiresAt = 0 } = await linkAt(hostile.replying({ status: 200, body: PUSHED }), true);
    expect(expiresAt).toBeGreaterThanOrEqual(before + 60_000);
    expect(expiresAt).toBeLessThanOrEqual(systemClock.now() + 60_000);
  });

  it.each([
    ['no request_uri', { expires_in: 60 }],
    ['no expiry', { request_uri: PUSHED.request_uri }],
    ['an empty request_uri', { request_uri: '', expires_in: 60 }],
  ])('one with %s makes no sense', async (_what, body) => {
    expect(await failure(linkAt(hostile.replying({ status: 201, body }), true))).toMatchObject({
      code: 'provider_bad_response',
    });
  });
});

describe('§2.3 error response', () => {
  it('of a real server names the error', async () => {
    const request = { ...REQUEST, redirectUri: 'https://other.example/cb' };
    expect(await failure(pushAuthorizationRequest(context, server, PUBLIC, request))).toMatchObject({
      code: 'provider_rejected_request',
      details: { error: 'invalid_request' },
    });
  });

  it.each([true, false])('a refusal is one, whether pushing is required (%j) or not', async (isRequired) => {
    const url = hostile.replying({ status: 400, body: { error: 'invalid_scope' } });
    expect(await failure(linkAt(url, isRequired))).toMatchObject({
      code: 'provider_rejected_request',
      details: { error: 'invalid_scope' },
    });
  });
});

describe('§4 authorization request', () => {
  it('has the client id and the request_uri, and nothing else: neither state nor redirect URI', async () => {
    const { url } = await authorizationLink(context, server, PUBLIC, REQUEST);
    const { origin, pathname, searchParams } = new URL(url);
    expect(origin + pathname).toBe(server.authorizationEndpoint);
    expect([...searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    expect(url.length).toBeLessThan(authorizationUrl(server, PUBLIC, REQUEST).length);
  });

  it('keeps a query that the endpoint has', async () => {
    const withTenant = { ...server, authorizationEndpoint: 'https://provider.example/authorize?tenant=home' };
    const { url } = await authorizationLink(context, withTenant, PUBLIC, REQUEST);
    expect(new URL(url).searchParams.get('tenant')).toBe('home');
  });
});

describe('§5 authorization server metadata', () => {
  it('without an endpoint the long URL is used', async () => {
    const { pushedAuthorizationRequestEndpoint: _none, ...without } = server;
    const link = await authorizationLink(context, { ...without, requirePushed: false }, PUBLIC, REQUEST);
    expect(link).toEqual({ url: authorizationUrl(server, PUBLIC, REQUEST) });
  });

  it.each(['html_500', 'html_404', 'not_http', 'empty'] as const)(
    'where the endpoint does %s, the long URL is used, if it may be',
    async (misbehaviour) => {
      const url = hostile.url(misbehaviour);
      expect(await linkAt(url, false)).toEqual({ url: authorizationUrl(server, PUBLIC, REQUEST) });
      expect((await failure(linkAt(url, true))).kind).toBe('transient');
    },
  );

  it('where pushing is required and there is no endpoint, nobody can sign in', async () => {
    const { pushedAuthorizationRequestEndpoint: _none, ...without } = server;
    expect(await failure(authorizationLink(context, without, PUBLIC, REQUEST))).toMatchObject({
      code: 'endpoint_invalid',
    });
  });
});
