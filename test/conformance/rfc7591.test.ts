/** RFC 7591: OAuth 2.0 Dynamic Client Registration Protocol. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizationUrl } from '../../src/oauth/authorization-request.ts';
import { judgeAuthorizationResponse } from '../../src/oauth/authorization-response.ts';
import { exchangeCode } from '../../src/oauth/code-exchange.ts';
import { discover, type ServerMetadata } from '../../src/oauth/discovery.ts';
import {
  type RegisteredClient,
  type Registration,
  registerClient,
} from '../../src/oauth/dynamic-registration.ts';
import { codeChallengeOf, createCodeVerifier } from '../../src/oauth/pkce.ts';
import { systemRandom } from '../../src/random.ts';
import {
  type AuthorizationServer as TestServer,
  startAuthorizationServer,
} from '../support/authorization-server.ts';
import { failure } from '../support/failure.ts';
import { type HostileServer, startHostileServer } from '../support/hostile-server.ts';
import { REDIRECT_URI, context } from '../support/protocol-client.ts';
import { userAgent } from '../support/user-agent.ts';

const REGISTRATION: Registration = { redirectUris: [REDIRECT_URI], clientName: 'OpenVoiceOS in the kitchen' };

let provider: TestServer;
let server: ServerMetadata;
let hostile: HostileServer;

beforeAll(async () => {
  hostile = await startHostileServer();
  provider = await startAuthorizationServer({ registration: true });
  server = await discover(context, provider.issuer);
});

afterAll(() => Promise.all([provider.close(), hostile.close()]));

const registerAt = (registrationEndpoint: string, registration = REGISTRATION): Promise<RegisteredClient> =>
  registerClient(context, { ...server, registrationEndpoint }, registration);

const answering = (body: object, status = 201): string => hostile.replying({ status, body });

describe('§3.1 client registration request', () => {
  it('is JSON, of a public client unless another is asked for', async () => {
    const url = answering({ client_id: 'c' });
    await registerAt(url, { ...REGISTRATION, scope: 'read' });
    const request = hostile.requests.at(-1);
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(request?.headers.authorization).toBeUndefined();
    expect(JSON.parse(request?.body ?? '')).toEqual({
      redirect_uris: [REDIRECT_URI],
      client_name: 'OpenVoiceOS in the kitchen',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope: 'read',
    });
  });

  it('an initial access token goes with it where there is one', async () => {
    await registerAt(answering({ client_id: 'c' }), { ...REGISTRATION, initialAccessToken: 'initial' });
    expect(hostile.requests.at(-1)?.headers.authorization).toBe('Bearer initial');
  });

  it('a server that offers no registration is not asked', async () => {
    const { registrationEndpoint: _none, ...without } = server;
    expect(await failure(registerClient(context, without, REGISTRATION))).toMatchObject({
      code: 'registration_refused',
      details: { reason: 'not_offered' },
    });
  });
});

describe('§3.2.1 client information response', () => {
  it.each(['none', 'client_secret_basic', 'client_secret_post'] as const)(
    'a client with %s, registered at a real server, can sign in there',
    async (authentication) => {
      const registered = await registerClient(context, server, { ...REGISTRATION, authentication });
      expect(registered.authentication).toBe(authentication);
      expect(registered.clientSecret === undefined).toBe(authentication === 'none');
      expect(registered.management?.uri).toBe(`${provider.issuer}/reg/${registered.clientId}`);
      expect(registered).not.toHaveProperty('secretExpiresAt');

      const codeVerifier = createCodeVerifier(systemRandom);
      const request = {
        redirectUri: REDIRECT_URI,
        state: 's',
        codeChallenge: codeChallengeOf(codeVerifier),
        scope: 'openid',
      };
      const callback = await userAgent.approve(authorizationUrl(server, registered, request));
      const { searchParams } = new URL(callback);
      const code = await judgeAuthorizationResponse(server, registered, searchParams, 's');
      const exchange = { code, redirectUri: REDIRECT_URI, codeVerifier };
      await expect(exchangeCode(context, server, registered, exchange)).resolves.toMatchObject({
        authentication,
      });
    },
  );

  it('the registration can be managed with what came along', async () => {
    const { management } = await registerClient(context, server, REGISTRATION);
    const response = await fetch(management?.uri ?? '', {
      headers: { authorization: `Bearer ${management?.accessToken}` },
    });
    expect(response.status).toBe(200);
  });

  it('when the secret expires is told, in milliseconds', async () => {
    const body = { client_id: 'c', client_secret: 's', client_secret_expires_at: 1_800_000_000 };
    expect(await registerAt(answering(body))).toMatchObject({ secretExpiresAt: 1_800_000_000_000 });
  });

  it.each([{}, { client_secret_expires_at: 0 }])('a secret with %j does not expire', async (expiry) => {
    const registered = await registerAt(answering({ client_id: 'c', client_secret: 's', ...expiry }));
    expect(registered).toMatchObject({ clientSecret: 's' });
    expect(registered).not.toHaveProperty('secretExpiresAt');
  });

  it('200 is as good as 201', async () => {
    expect(await registerAt(answering({ client_id: 'c' }, 200))).toMatchObject({ clientId: 'c' });
  });

  it('what the server decided counts, not what was asked for', async () => {
    const body = { client_id: 'c', client_secret: 's', token_endpoint_auth_method: 'client_secret_post' };
    expect(await registerAt(answering(body))).toMatchObject({ authentication: 'client_secret_post' });
  });

  it.each([
    ['another redirect URI', { redirect_uris: ['https://other.example/cb'] }, 'redirect_uris'],
    ['no redirect URI', { redirect_uris: [] }, 'redirect_uris'],
    [
      'a way to authenticate that we lack',
      { token_endpoint_auth_method: 'private_key_jwt' },
      'authentication',
    ],
  ])('a client that was registered with %s is of no use', async (_what, fields, reason) => {
    const attempt = registerAt(answering({ client_id: 'c', ...fields }));
    expect(await failure(attempt)).toMatchObject({ code: 'registration_refused', details: { reason } });
  });

  it.each([
    ['no id', { client_secret: 's', client_secret_expires_at: 0 }],
    ['an id that is a number', { client_id: 7 }],
  ])('an answer with %s makes no sense, and its secret stays out of the error', async (_what, body) => {
    const error = await failure(registerAt(answering(body)));
    expect(error).toMatchObject({ code: 'provider_bad_response' });
    expect(error.cause).toBeUndefined();
  });
});

describe('§3.2.2 client registration error response', () => {
  it('of a real server names the error', async () => {
    const attempt = registerClient(context, server, { ...REGISTRATION, redirectUris: ['not a URL'] });
    expect(await failure(attempt)).toMatchObject({
      code: 'registration_refused',
      details: { error: 'invalid_redirect_uri', provider: new URL(provider.issuer).host },
    });
  });

  it.each([
    ['invalid_client_metadata', 400],
    ['unapproved_software_statement', 400],
    ['invalid_token', 401],
  ])('%s with status %i is a refusal', async (error, status) => {
    expect(await failure(registerAt(answering({ error }, status)))).toMatchObject({
      code: 'registration_refused',
      details: { error },
    });
  });

  it.each([
    ['html_404', 'registration_refused'],
    ['html_500', 'provider_error'],
    ['html', 'provider_bad_response'],
    ['empty', 'provider_bad_response'],
    ['ten_megabytes', 'provider_bad_response'],
    ['redirect_307', 'provider_redirected'],
    ['close_in_body', 'provider_bad_response'],
  ] as const)('a server that does %s becomes %s', async (misbehaviour, code) => {
    expect(await failure(registerAt(hostile.url(misbehaviour)))).toMatchObject({ code });
  });
});
