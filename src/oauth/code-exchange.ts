import type { AuthorizationCode } from './authorization-response.ts';
import { resourceParameter } from './resource-indicator.ts';
import { requestToken, type TokenResult } from './token-request.ts';
import type { AuthorizationServer, Client, OAuthContext } from './types.ts';

export interface CodeExchange {
  readonly code: AuthorizationCode;
  /** Exactly the one of the authorization request. */
  readonly redirectUri: string;
  /** Absent for a server that rejects RFC 7636. */
  readonly codeVerifier?: string;
}

/**
 * Exchanges an authorization code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.5).
 *
 * @throws OAuthBrokerError `invalid_grant`, `invalid_client`, `provider_*`, `endpoint_invalid`
 */
export function exchangeCode(
  context: OAuthContext,
  server: AuthorizationServer,
  client: Client,
  { code, redirectUri, codeVerifier }: CodeExchange,
): Promise<TokenResult> {
  return requestToken(context, server, client, (oauth, metadata, oauthClient, authentication, options) =>
    oauth.authorizationCodeGrantRequest(
      metadata,
      oauthClient,
      authentication,
      code.params,
      redirectUri,
      codeVerifier ?? oauth.nopkce,
      { ...options, additionalParameters: resourceParameter(client) },
    ),
  );
}
