import type { AuthorizationResponseError } from 'oauth4webapi';
import { OAuthBrokerError } from '../errors.ts';
import { clientMetadata, loadOAuth, serverMetadata } from './oauth4webapi.ts';
import { errorCodeForDisplay } from './provider-error.ts';
import type { AuthorizationServer, Client } from './types.ts';

declare const brand: unique symbol;

/** An authorization code out of a response that {@link judgeAuthorizationResponse} found good; only such are exchanged. */
export interface AuthorizationCode {
  readonly [brand]: 'AuthorizationCode';
  /** Branded a second time, by oauth4webapi, which exchanges no others. */
  readonly params: URLSearchParams;
}

/**
 * Judges the parameters of an authorization response (RFC 6749 §4.1.2, RFC 9207 §2.4). Parameters it does not know,
 * such as Home Assistant's `storeToken`, are ignored.
 *
 * @throws OAuthBrokerError `callback_malformed`: no code, or a parameter twice, or another state than `expectedState`;
 *   `issuer_mismatch`: an `iss` that is not the server's issuer, or none where the server announced one;
 *   `access_denied`: the user said no; `provider_rejected_request`, `provider_error`: any other `error`, which is in
 *   `details.error`
 */
export async function judgeAuthorizationResponse(
  server: AuthorizationServer,
  client: Client,
  params: URLSearchParams,
  expectedState: string,
): Promise<AuthorizationCode> {
  const oauth = await loadOAuth();
  const judged = new URLSearchParams(params);
  // Nothing to compare it with; what remains against mix-up is the redirect URI, which differs from app to app.
  if (server.issuer === undefined) judged.delete('iss');
  let validated: URLSearchParams;
  try {
    validated = oauth.validateAuthResponse(
      serverMetadata(server),
      clientMetadata(client),
      judged,
      expectedState,
    );
  } catch (thrown) {
    if (thrown instanceof oauth.AuthorizationResponseError) throw refusal(server, thrown);
    if (
      thrown instanceof oauth.OperationProcessingError ||
      thrown instanceof oauth.UnsupportedOperationError
    ) {
      throw new OAuthBrokerError(hasWrongIssuer(server, judged) ? 'issuer_mismatch' : 'callback_malformed');
    }
    throw thrown;
  }
  const codes = validated.getAll('code');
  if (codes.length !== 1 || codes[0] === '') throw new OAuthBrokerError('callback_malformed');
  return { params: validated } as AuthorizationCode;
}

function hasWrongIssuer(server: AuthorizationServer, params: URLSearchParams): boolean {
  const issuers = params.getAll('iss');
  if (issuers.length === 0) return server.issParameterSupported === true;
  return issuers.length === 1 && issuers[0] !== server.issuer;
}

// RFC 6749 §4.1.2.1: these say that the request was wrong, and it will be wrong again.
const REQUEST_ERRORS = new Set([
  'invalid_request',
  'unauthorized_client',
  'unsupported_response_type',
  'invalid_scope',
  'invalid_target', // RFC 8707 §2
]);

function refusal(server: AuthorizationServer, { error }: AuthorizationResponseError): OAuthBrokerError {
  if (error === 'access_denied') return new OAuthBrokerError('access_denied');
  return new OAuthBrokerError(REQUEST_ERRORS.has(error) ? 'provider_rejected_request' : 'provider_error', {
    provider: new URL(server.authorizationEndpoint).host,
    error: errorCodeForDisplay(error),
  });
}
