/** RFC 8707: Resource Indicators for OAuth 2.0. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizationUrl } from '../../src/oauth/authorization-request.ts';
import { pollDeviceToken, requestDeviceAuthorization } from '../../src/oauth/device-authorization.ts';
import { refreshToken } from '../../src/oauth/refresh.ts';
import { parseResource } from '../../src/oauth/resource-indicator.ts';
import type { TokenResult } from '../../src/oauth/token-request.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import type { Client } from '../../src/oauth/types.ts';
import {
  type AuthorizationServer as TestServer,
  startAuthorizationServer,
} from '../support/authorization-server.ts';
import { failure } from '../support/failure.ts';
import { REDIRECT_URI, context, signInAt } from '../support/protocol-client.ts';
import { userAgent } from '../support/user-agent.ts';

const RESOURCE = 'https://api.example/music';

let provider: TestServer;

beforeAll(async () => {
  provider = await startAuthorizationServer({
    deviceFlow: true,
    resources: [RESOURCE],
    clients: [{ id: 'skill', redirectUris: [REDIRECT_URI] }],
  });
});

afterAll(() => provider.close());

function audienceOf({ access_token: accessToken }: TokenSet): unknown {
  const claims = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8');
  return (JSON.parse(claims) as { aud?: unknown }).aud;
}

const signIn = (client: Client, redeemAs = client): Promise<TokenResult> =>
  signInAt(provider, client, { scope: 'read', redeemAs });

const CLIENT: Client = { clientId: 'skill', resource: RESOURCE };

describe('§2 resource parameter', () => {
  it.each([RESOURCE, 'urn:example:music', 'https://api.example/?tenant=1'])('%s is one', (resource) => {
    expect(parseResource('resource', resource)).toBe(resource);
  });

  it.each([
    '/music',
    'api.example',
    'https://api.example/#top',
    'https://api.example/a b',
    'https:',
    '',
    'x'.repeat(3000),
  ])('%j is none', (resource) => {
    expect(() => parseResource('resource', resource)).toThrow(/invalid_request.*resource/);
  });
});

describe('§2.1 authorization request', () => {
  it('a client that names no API sends no such parameter', () => {
    const request = { redirectUri: REDIRECT_URI, state: 's', codeChallenge: 'c' };
    const { searchParams } = new URL(authorizationUrl(provider, { clientId: 'skill' }, request));
    expect(searchParams.has('resource')).toBe(false);
  });

  it('an API that the server does not know ends the sign-in', async () => {
    const attempt = signIn({ ...CLIENT, resource: 'https://unknown.example/' });
    expect(await failure(attempt)).toMatchObject({
      code: 'provider_rejected_request',
      details: { error: 'invalid_target' },
    });
  });
});

describe('§2.2 access token request', () => {
  it('a real server makes the token for that API alone', async () => {
    const { tokenSet } = await signIn(CLIENT);
    expect(audienceOf(tokenSet)).toBe(RESOURCE);
  });

  it('an API that was not authorized is refused', async () => {
    const attempt = signIn(CLIENT, { ...CLIENT, resource: 'https://other.example/' });
    expect(await failure(attempt)).toMatchObject({
      code: 'provider_rejected_request',
      details: { error: 'invalid_target' },
    });
  });

  it('a refreshed token is for the same API, also where less is asked for', async () => {
    const { tokenSet } = await signIn(CLIENT);
    const { tokenSet: renewed } = await refreshToken(context, provider, CLIENT, {
      refreshToken: tokenSet.refresh_token ?? '',
      scope: 'read',
    });
    expect(audienceOf(renewed)).toBe(RESOURCE);
  });

  it('so is one of the device flow', async () => {
    const server = { ...provider, deviceAuthorizationEndpoint: `${provider.issuer}/device/auth` };
    const { deviceCode, userCode, verificationUri } = await requestDeviceAuthorization(
      context,
      server,
      CLIENT,
      {
        scope: 'read',
      },
    );
    await userAgent.enterUserCode(verificationUri, userCode);
    const poll = await pollDeviceToken(context, server, CLIENT, { deviceCode });
    expect(poll.kind === 'token' && audienceOf(poll.result.tokenSet)).toBe(RESOURCE);
  });
});
