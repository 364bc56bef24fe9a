import { OAuthBrokerError } from '../errors.ts';
import {
  type AuthorizationRequest,
  authorizationParameters,
  authorizationUrl,
} from './authorization-request.ts';
import { clientAuth, withEachAuthentication } from './client-authentication.ts';
import { jsonFetch } from './json-endpoint.ts';
import { clientMetadata, loadOAuth, serverMetadata } from './oauth4webapi.ts';
import type { AuthorizationServer, Client, OAuthContext } from './types.ts';

/** Where the user's browser goes to authorize. */
export interface AuthorizationLink {
  readonly url: string;
  /** Milliseconds since the Unix epoch: a pushed request works no longer than this. */
  readonly expiresAt?: number;
}

/**
 * The authorization URL: a pushed request where the server takes them, which is short and keeps the request out of the
 * browser's history; the long URL where it takes none, or can't right now and does not insist.
 *
 * @throws OAuthBrokerError as {@link pushAuthorizationRequest}; transient ones only where the server insists
 */
export async function authorizationLink(
  context: OAuthContext,
  server: AuthorizationServer,
  client: Client,
  request: AuthorizationRequest,
): Promise<AuthorizationLink> {
  const isOffered = server.pushedAuthorizationRequestEndpoint !== undefined;
  if (!isOffered && server.requirePushed !== true) return { url: authorizationUrl(server, client, request) };
  try {
    return await pushAuthorizationRequest(context, server, client, request);
  } catch (thrown) {
    const isPassing = thrown instanceof OAuthBrokerError && thrown.kind === 'transient';
    if (!isPassing || server.requirePushed === true) throw thrown;
    return { url: authorizationUrl(server, client, request) };
  }
}

/**
 * Hands the parameters of an authorization request to the server beforehand (RFC 9126 §2). They can be used once.
 *
 * @throws OAuthBrokerError `endpoint_invalid`: the server has no endpoint for it; `invalid_client`, `provider_*`;
 *   `details.provider` is the endpoint's host
 */
export async function pushAuthorizationRequest(
  context: OAuthContext,
  server: AuthorizationServer,
  client: Client,
  request: AuthorizationRequest,
): Promise<Required<AuthorizationLink>> {
  const endpoint = server.pushedAuthorizationRequestEndpoint;
  if (endpoint === undefined) {
    throw new OAuthBrokerError('endpoint_invalid', { field: 'pushed_authorization_request_endpoint' });
  }
  const oauth = await loadOAuth();
  const provider = new URL(endpoint).host;
  const metadata = { ...serverMetadata(server), pushed_authorization_request_endpoint: endpoint };
  const parameters = authorizationParameters(client, request);
  const response = await withEachAuthentication(client, (authentication) =>
    oauth.pushedAuthorizationRequest(
      metadata,
      clientMetadata(client),
      clientAuth(client, authentication),
      parameters,
      {
        [oauth.customFetch]: jsonFetch(context, provider, 201),
        [oauth.allowInsecureRequests]: true,
      },
    ),
  );
  const pushed = await oauth
    .processPushedAuthorizationResponse(metadata, clientMetadata(client), response)
    .catch(() => {
      throw new OAuthBrokerError('provider_bad_response', { provider });
    });
  const url = new URL(server.authorizationEndpoint);
  url.searchParams.set('client_id', client.clientId);
  url.searchParams.set('request_uri', pushed.request_uri);
  return { url: url.href, expiresAt: context.clock.now() + pushed.expires_in * 1000 };
}
