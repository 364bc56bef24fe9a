import { OAuthBrokerError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { clientAuth, withEachAuthentication } from './client-authentication.ts';
import type { DeviceDialect } from './device-dialects/dialect.ts';
import { DEVICE_DIALECTS, type DeviceDialectName } from './device-dialects/index.ts';
import { speak } from './device-dialects/speak.ts';
import { jsonFetch } from './json-endpoint.ts';
import { clientMetadata, loadOAuth, serverMetadata } from './oauth4webapi.ts';
import { isPrivateHost } from './private-host.ts';
import { resourceParameter } from './resource-indicator.ts';
import { requestToken, type TokenResult } from './token-request.ts';
import type { ClientAuthentication } from './token-set.ts';
import type { AuthorizationServer, Client, OAuthContext } from './types.ts';

export interface DeviceAuthorizationRequest {
  /** Space-separated; absent or empty leaves the choice to the server. */
  readonly scope?: string;
  /** Default: RFC 8628 as it is written. */
  readonly dialect?: DeviceDialectName;
}

/** RFC 8628 §3.2. */
export interface DeviceAuthorization {
  /** A secret: whoever has it can fetch the tokens. */
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  /** With the user code in it, for a QR code. */
  readonly verificationUriComplete?: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** Seconds from one poll to the next, at least. */
  readonly interval: number;
}

/**
 * Asks for a device code and a user code (RFC 8628 §3.1).
 *
 * @throws OAuthBrokerError `endpoint_invalid`: the server has no device authorization endpoint; `invalid_client`,
 *   `provider_*`; `details.provider` is the endpoint's host
 */
export async function requestDeviceAuthorization(
  context: OAuthContext,
  server: AuthorizationServer,
  client: Client,
  request: DeviceAuthorizationRequest = {},
): Promise<DeviceAuthorization> {
  const oauth = await loadOAuth();
  const endpoint = deviceAuthorizationEndpointOf(server);
  const provider = new URL(endpoint).host;
  const dialect: DeviceDialect = DEVICE_DIALECTS[request.dialect ?? 'rfc8628'];
  const metadata = { ...serverMetadata(server), device_authorization_endpoint: endpoint };
  const spoken = speak(context, {
    bodyType: dialect.bodyType,
    parameters: (standard) => dialect.authorizationParameters?.(standard) ?? standard,
    reply: (_status, fields) => dialect.authorizationReply?.(fields) ?? fields,
  });
  const parameters = {
    ...resourceParameter(client),
    ...(request.scope === undefined || request.scope === '' ? {} : { scope: request.scope }),
  };
  const response = await withEachAuthentication(clientIn(dialect, client), (authentication) =>
    oauth.deviceAuthorizationRequest(
      metadata,
      clientMetadata(client),
      clientAuth(client, authentication),
      parameters,
      {
        [oauth.customFetch]: jsonFetch(spoken, provider, 200, withNumbers),
        [oauth.allowInsecureRequests]: true,
      },
    ),
  );
  const badResponse = (): never => {
    // The cause that oauth4webapi gives holds the device code.
    throw new OAuthBrokerError('provider_bad_response', { provider });
  };
  const reply = await oauth
    .processDeviceAuthorizationResponse(metadata, clientMetadata(client), response)
    .catch(badResponse);
  const complete = reply.verification_uri_complete;
  if (!isShowable(reply.user_code) || !isOpenable(reply.verification_uri) || reply.expires_in <= 0)
    badResponse();
  return {
    deviceCode: reply.device_code,
    userCode: reply.user_code,
    verificationUri: reply.verification_uri,
    ...(complete !== undefined && isOpenable(complete) ? { verificationUriComplete: complete } : {}),
    expiresAt: context.clock.now() + reply.expires_in * 1000,
    interval: reply.interval ?? DEFAULT_INTERVAL,
  };
}

// Seconds; RFC 8628 §3.2.
const DEFAULT_INTERVAL = 5;

/** Numbers also come as strings; an interval that is none counts as absent. */
function withNumbers({ interval, ...fields }: JsonObject): JsonObject {
  const seconds = secondsOf(interval);
  return {
    ...fields,
    expires_in: secondsOf(fields['expires_in']),
    ...(seconds === undefined ? {} : { interval: seconds }),
  };
}

function secondsOf(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : undefined;
}

/** Shown on the device and read out: short, and no control characters. */
function isShowable(userCode: string): boolean {
  return /^[\p{L}\p{N}\p{P}\p{S} ]{1,64}$/u.test(userCode);
}

/** Goes into a QR code and a link: an https page, or one on the home network. */
function isOpenable(uri: string): boolean {
  if (uri.length > 2048 || !URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return protocol === 'https:' || (protocol === 'http:' && isPrivateHost(hostname));
}

export interface DeviceGrant {
  readonly deviceCode: string;
  /** That of the device authorization request; some dialects want it again. */
  readonly scope?: string;
  readonly dialect?: DeviceDialectName;
}

/** What one poll found (RFC 8628 §3.5). */
export type DevicePoll =
  | { readonly kind: 'token'; readonly result: TokenResult }
  /** `authentication` got past the server: worth using from now on. */
  | { readonly kind: 'pending'; readonly authentication: ClientAuthentication }
  /** `interval`: seconds, where the server names a new one. */
  | { readonly kind: 'slow_down'; readonly authentication: ClientAuthentication; readonly interval?: number }
  | { readonly kind: 'denied' }
  /** Expired, used or forgotten: in any case the user needs a new code. */
  | { readonly kind: 'expired' }
  /** The server could not be asked, or could not say; `error` is transient. */
  | { readonly kind: 'unavailable'; readonly error: OAuthBrokerError };

/**
 * Asks once whether the user has approved (RFC 8628 §3.4); `awaitDeviceToken` does so until there is an end.
 *
 * @throws OAuthBrokerError that asking again won't mend: `invalid_client`, `provider_rejected_request`,
 *   `provider_redirected`, `endpoint_invalid`
 */
export async function pollDeviceToken(
  context: OAuthContext,
  server: AuthorizationServer,
  client: Client,
  { deviceCode, scope, dialect: name = 'rfc8628' }: DeviceGrant,
): Promise<DevicePoll> {
  const dialect: DeviceDialect = DEVICE_DIALECTS[name];
  const tokenEndpoint =
    dialect.tokenEndpoint?.(deviceAuthorizationEndpointOf(server)) ?? server.tokenEndpoint;
  let interval: number | undefined;
  const spoken = speak(context, {
    bodyType: dialect.bodyType,
    parameters: (standard) => dialect.tokenParameters?.(standard, scope) ?? standard,
    reply: (status, fields) => {
      interval = secondsOf(fields['interval']);
      return dialect.tokenReply?.(status, fields) ?? fields;
    },
  });
  let lastTried: ClientAuthentication = 'none';
  try {
    const result = await withEachAuthentication(clientIn(dialect, client), (tried) => {
      lastTried = tried;
      return requestToken(
        spoken,
        { ...server, tokenEndpoint },
        { ...client, authentication: tried },
        (oauth, metadata, oauthClient, authentication, options) =>
          oauth.deviceCodeGrantRequest(metadata, oauthClient, authentication, deviceCode, {
            ...options,
            additionalParameters: resourceParameter(client),
          }),
      );
    });
    return { kind: 'token', result };
  } catch (thrown) {
    if (!(thrown instanceof OAuthBrokerError)) throw thrown;
    return judgePoll(thrown, lastTried, interval);
  }
}

function judgePoll(
  error: OAuthBrokerError,
  authentication: ClientAuthentication,
  interval: number | undefined,
): DevicePoll {
  switch (String(error.details['error'])) {
    case 'authorization_pending':
      return { kind: 'pending', authentication };
    case 'slow_down':
      return { kind: 'slow_down', authentication, ...(interval === undefined ? {} : { interval }) };
    case 'access_denied':
      return { kind: 'denied' };
    case 'expired_token':
    case 'invalid_grant':
      return { kind: 'expired' };
    default:
      if (error.kind !== 'transient') throw error;
      return { kind: 'unavailable', error };
  }
}

function clientIn(dialect: DeviceDialect, client: Client): Client {
  return dialect.authentication === undefined
    ? client
    : { ...client, authentication: dialect.authentication };
}

function deviceAuthorizationEndpointOf({ deviceAuthorizationEndpoint }: AuthorizationServer): string {
  if (deviceAuthorizationEndpoint === undefined) {
    throw new OAuthBrokerError('endpoint_invalid', { field: 'device_authorization_endpoint' });
  }
  return deviceAuthorizationEndpoint;
}
