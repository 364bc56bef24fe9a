import type { Client as OAuthClient } from 'oauth4webapi';
import { OAuthBrokerError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { jsonFetch } from './json-endpoint.ts';
import { loadOAuth, serverMetadata } from './oauth4webapi.ts';
import type { ClientAuthentication } from './token-set.ts';
import type { AuthorizationServer, OAuthContext } from './types.ts';

export interface Registration {
  readonly redirectUris: readonly string[];
  /** What the provider shows the user. */
  readonly clientName: string;
  /** Default `none`: a public client. */
  readonly authentication?: ClientAuthentication;
  /** Space-separated. */
  readonly scope?: string;
  /** Default: authorization code and refresh token. */
  readonly grantTypes?: readonly string[];
  /** Where the server registers only those who have one (RFC 7591 §3.1). */
  readonly initialAccessToken?: string;
}

/** RFC 7591 §3.2.1. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret?: string;
  /** What the server decided, which may not be what was asked for. */
  readonly authentication: ClientAuthentication;
  /** Milliseconds since the Unix epoch; absent: the secret does not expire. */
  readonly secretExpiresAt?: number;
  /** Where the registration can be read, changed and deleted (RFC 7592), and the token for it. */
  readonly management?: { readonly uri: string; readonly accessToken: string };
}

/**
 * Registers this device as a client of its own (RFC 7591 §3.1).
 *
 * @throws OAuthBrokerError `registration_refused`, with `details.error` as the server named it or `details.reason`:
 *   `not_offered`, `redirect_uris`: the server registered others, `authentication`: it wants one that we don't have;
 *   `provider_*`
 */
export async function registerClient(
  context: OAuthContext,
  server: AuthorizationServer,
  registration: Registration,
): Promise<RegisteredClient> {
  const endpoint = server.registrationEndpoint;
  const provider = new URL(endpoint ?? server.tokenEndpoint).host;
  const refused = (reason: string): OAuthBrokerError =>
    new OAuthBrokerError('registration_refused', { provider, reason });
  if (endpoint === undefined) throw refused('not_offered');
  const oauth = await loadOAuth();
  const { redirectUris, clientName, scope, initialAccessToken, authentication = 'none' } = registration;
  const response = await oauth
    .dynamicClientRegistrationRequest(
      { ...serverMetadata(server), registration_endpoint: endpoint },
      {
        redirect_uris: [...redirectUris],
        client_name: clientName,
        token_endpoint_auth_method: authentication,
        grant_types: [...(registration.grantTypes ?? ['authorization_code', 'refresh_token'])],
        response_types: ['code'],
        ...(scope === undefined || scope === '' ? {} : { scope }),
      },
      {
        ...(initialAccessToken === undefined ? {} : { initialAccessToken }),
        [oauth.customFetch]: jsonFetch(context, provider, 201, withSecretExpiry),
        [oauth.allowInsecureRequests]: true,
      },
    )
    .catch((thrown: unknown) => {
      throw asRefusal(thrown);
    });
  const client = await oauth.processDynamicClientRegistrationResponse(response).catch(() => {
    // The cause that oauth4webapi gives holds the secret.
    throw new OAuthBrokerError('provider_bad_response', { provider });
  });
  // §3.2.1: the server may register other values than it was sent, and says which.
  if (Array.isArray(client.redirect_uris) && !isWithin(redirectUris, client.redirect_uris)) {
    throw refused('redirect_uris');
  }
  const decided = client.token_endpoint_auth_method ?? authentication;
  if (!isKnown(decided)) throw refused('authentication');
  return toRegistered(client, decided);
}

function isKnown(method: unknown): method is ClientAuthentication {
  return method === 'none' || method === 'client_secret_basic' || method === 'client_secret_post';
}

function isWithin(wanted: readonly string[], registered: readonly unknown[]): boolean {
  return wanted.every((uri) => registered.includes(uri));
}

/** §3.2.1 demands `client_secret_expires_at` beside a secret; servers whose secrets don't expire forget it. */
function withSecretExpiry(fields: JsonObject): JsonObject {
  const { client_secret: secret, client_secret_expires_at: expiresAt, ...others } = fields;
  if (typeof secret !== 'string' || secret === '') return others;
  return {
    ...others,
    client_secret: secret,
    client_secret_expires_at: typeof expiresAt === 'number' ? expiresAt : 0,
  };
}

/** §3.2.2 and §3: a refusal here is about the registration, whatever its name. */
function asRefusal(thrown: unknown): unknown {
  if (!(thrown instanceof OAuthBrokerError)) return thrown;
  const { status } = thrown.details;
  const isRefusal =
    thrown.code === 'provider_rejected_request' ||
    thrown.code === 'invalid_client' ||
    (thrown.code === 'provider_bad_response' && typeof status === 'number' && status >= 400);
  return isRefusal ? new OAuthBrokerError('registration_refused', thrown.details) : thrown;
}

function toRegistered(client: Partial<OAuthClient>, authentication: ClientAuthentication): RegisteredClient {
  const {
    client_id: clientId = '',
    client_secret: secret,
    client_secret_expires_at: expiresAt,
    registration_client_uri: uri,
    registration_access_token: accessToken,
  } = client;
  return {
    clientId,
    ...(typeof secret === 'string' ? { clientSecret: secret } : {}),
    authentication,
    ...(typeof expiresAt === 'number' && expiresAt > 0 ? { secretExpiresAt: expiresAt * 1000 } : {}),
    ...(typeof uri === 'string' && typeof accessToken === 'string'
      ? { management: { uri, accessToken } }
      : {}),
  };
}
