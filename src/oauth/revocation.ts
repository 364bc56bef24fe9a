import { OAuthBrokerError } from '../errors.ts';
import { authenticationsToTry, clientAuth } from './client-authentication.ts';
import { clientMetadata, loadOAuth, serverMetadata } from './oauth4webapi.ts';
import { transportError } from './token-response.ts';
import type { AuthorizationServer, Client, OAuthContext } from './types.ts';

export interface Revocation {
  readonly token: string;
  /** RFC 7009 §2.1. */
  readonly hint: 'refresh_token' | 'access_token';
}

/**
 * Revokes a token at `endpoint` (RFC 7009 §2). A token that the server no longer knows counts as revoked (§2.2).
 *
 * @throws OAuthBrokerError `invalid_client`, `provider_error`, `provider_rejected_request`, `provider_unreachable`,
 *   `provider_timeout`, `provider_redirected`; `details.provider` is the endpoint's host
 */
export async function revokeToken(
  context: OAuthContext,
  server: AuthorizationServer,
  client: Client,
  endpoint: string,
  { token, hint }: Revocation,
): Promise<void> {
  const oauth = await loadOAuth();
  const provider = new URL(endpoint).host;
  const metadata = { ...serverMetadata(server), revocation_endpoint: endpoint };
  let last = new OAuthBrokerError('internal');
  for (const authentication of authenticationsToTry(client)) {
    const response = await oauth
      .revocationRequest(metadata, clientMetadata(client), clientAuth(client, authentication), token, {
        additionalParameters: { token_type_hint: hint },
        [oauth.customFetch]: context.fetch,
        [oauth.allowInsecureRequests]: true,
      })
      .catch((thrown: unknown) => {
        throw transportError(provider, thrown);
      });
    await response.body?.cancel();
    const { ok, status } = response;
    if (ok) return;
    last = new OAuthBrokerError(codeOfStatus(status), { provider, status });
    if (last.code !== 'invalid_client') break;
  }
  throw last;
}

function codeOfStatus(
  status: number,
): 'provider_redirected' | 'invalid_client' | 'provider_error' | 'provider_rejected_request' {
  if (status >= 300 && status < 400) return 'provider_redirected';
  if (status === 401) return 'invalid_client';
  // RFC 7009 §2.2.1: 503 means that the token still exists.
  return status === 408 || status === 429 || status >= 500 ? 'provider_error' : 'provider_rejected_request';
}
