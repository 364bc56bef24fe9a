import { resourceParameter } from './resource-indicator.ts';
import { requestToken, type TokenResult } from './token-request.ts';
import type { AuthorizationServer, Client, OAuthContext } from './types.ts';

export interface Refresh {
  readonly refreshToken: string;
  /** Only to ask for less than was granted (RFC 6749 §6). */
  readonly scope?: string;
}

/**
 * Spends a refresh token, at `server.refreshEndpoint` where there is one (RFC 6749 §6). The result is the bare answer:
 * `mergeRefreshed` joins it to the previous token set.
 *
 * @throws OAuthBrokerError `invalid_grant`, `invalid_client`, `provider_*`, `endpoint_invalid`
 */
export function refreshToken(
  context: OAuthContext,
  server: AuthorizationServer,
  client: Client,
  { refreshToken, scope }: Refresh,
): Promise<TokenResult> {
  const atRefreshEndpoint = { ...server, tokenEndpoint: server.refreshEndpoint ?? server.tokenEndpoint };
  return requestToken(
    context,
    atRefreshEndpoint,
    client,
    (oauth, metadata, oauthClient, authentication, options) =>
      oauth.refreshTokenGrantRequest(metadata, oauthClient, authentication, refreshToken, {
        ...options,
        additionalParameters: { ...resourceParameter(client), ...(scope === undefined ? {} : { scope }) },
      }),
  );
}
