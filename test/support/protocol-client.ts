import { systemClock } from '../../src/clock.ts';
import { createOutboundFetch } from '../../src/net/outbound.ts';
import { authorizationUrl } from '../../src/oauth/authorization-request.ts';
import { judgeAuthorizationResponse } from '../../src/oauth/authorization-response.ts';
import { exchangeCode } from '../../src/oauth/code-exchange.ts';
import { codeChallengeOf } from '../../src/oauth/pkce.ts';
import type { TokenResult } from '../../src/oauth/token-request.ts';
import type { Client } from '../../src/oauth/types.ts';
import type { AuthorizationServer, ServerClient } from './authorization-server.ts';
import { userAgent } from './user-agent.ts';

// What the conformance tests have in common: a client that speaks the protocol by src/oauth, over the real network.

export const context = { fetch: createOutboundFetch(), clock: systemClock };
export const REDIRECT_URI = 'http://127.0.0.1:36536/auth/callback/skill_app';
export const VERIFIER = 'v'.repeat(43);

export const PUBLIC: Client = { clientId: 'public' };
export const CONFIDENTIAL: Client = { clientId: 'confidential', clientSecret: 's3cret' };
export const BY_BODY: Client = { clientId: 'by-body', clientSecret: 's3cret' };

/** The three above, as the server knows them. */
export const SERVER_CLIENTS: readonly ServerClient[] = [
  { id: 'public', redirectUris: [REDIRECT_URI] },
  { id: 'confidential', secret: 's3cret', redirectUris: [REDIRECT_URI] },
  { id: 'by-body', secret: 's3cret', authentication: 'client_secret_post', redirectUris: [REDIRECT_URI] },
];

/** Signs a user in. `redeemAs` is the client as it is at the token endpoint, if it differs. */
export async function signInAt(
  provider: AuthorizationServer,
  client: Client,
  { scope, redeemAs = client }: { readonly scope: string; readonly redeemAs?: Client },
): Promise<TokenResult> {
  const codeChallenge = codeChallengeOf(VERIFIER);
  const request = { redirectUri: REDIRECT_URI, state: 's', codeChallenge, scope };
  const callback = await userAgent.approve(authorizationUrl(provider, client, request));
  const code = await judgeAuthorizationResponse(provider, client, new URL(callback).searchParams, 's');
  return exchangeCode(context, provider, redeemAs, {
    code,
    redirectUri: REDIRECT_URI,
    codeVerifier: VERIFIER,
  });
}
