import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import { type ErrorCode, OAuthBrokerError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { parseFields } from './json-endpoint.ts';
import { isPrivateHost } from './private-host.ts';
import { readBody, refusal, transportError } from './token-response.ts';
import type { AuthorizationServer, OAuthContext } from './types.ts';

/** What an authorization server says of itself (RFC 8414 §2). */
export interface ServerMetadata extends AuthorizationServer {
  readonly issuer: string;
  readonly issParameterSupported: boolean;
  readonly requirePushed: boolean;
  /** RFC 7636; empty: not announced, which does not mean that there are none. */
  readonly codeChallengeMethods: readonly string[];
  /** Where none are announced, the RFC's default. */
  readonly tokenEndpointAuthMethods: readonly string[];
  readonly grantTypes: readonly string[];
  readonly scopes: readonly string[];
  /** RFC 9449 §5.1; empty: no DPoP. */
  readonly dpopAlgs: readonly string[];
  /** Until when it may be kept, milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/**
 * Asks an issuer for its metadata: OpenID Connect Discovery 1.0 §4 and RFC 8414 §3, the well-known part inserted before
 * the issuer's path and appended to it.
 *
 * What comes back decides where secrets go, so the issuer must be the one that was asked, to the letter (RFC 8414 §3.3),
 * and every endpoint https; only an issuer on this network may name hosts on this network, plain http included.
 *
 * @throws OAuthBrokerError `endpoint_invalid`: `issuer` is none; `endpoint_insecure`; `discovery_failed`, with `details.reason` (`not_found`,
 *   `unreadable`, `other_issuer`, `incomplete`, `endpoint`, the last with `details.field`); `provider_unreachable`,
 *   `provider_timeout`, `provider_error`; `details.provider` is the issuer's host
 */
export async function discover(context: OAuthContext, issuer: string): Promise<ServerMetadata> {
  const url = issuerUrl(issuer);
  let failure = failed(url, 'not_found');
  let outage: OAuthBrokerError | undefined;
  for (const address of wellKnownAddresses(url)) {
    try {
      return await ask(context, issuer, url, address);
    } catch (thrown) {
      if (!(thrown instanceof OAuthBrokerError) || !ELSEWHERE.has(thrown.code)) throw thrown;
      if (thrown.code === 'provider_error') outage ??= thrown;
      // What a document says about the failure beats that there is none at the next address.
      if (thrown.code === 'discovery_failed' && thrown.details['reason'] !== 'not_found') failure = thrown;
    }
  }
  // As long as one address gives no proper answer, nobody knows that there is no document.
  throw outage ?? failure;
}

function failed(issuer: URL, reason: string, field?: string): OAuthBrokerError {
  return new OAuthBrokerError('discovery_failed', {
    provider: issuer.host,
    reason,
    ...(field === undefined ? {} : { field }),
  });
}

const ELSEWHERE: ReadonlySet<ErrorCode> = new Set([
  'discovery_failed',
  'provider_redirected',
  'provider_bad_response',
  'provider_error', // some servers answer 500 at an address that they do not know
]);

/** RFC 8414 §2: https without query and fragment; http only on this network. */
function issuerUrl(issuer: string): URL {
  const isPlain = /^https?:\/\/[^\s\\?#@\p{Cc}]+$/iu.test(issuer) && issuer.length <= 2048;
  const url = isPlain && URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (url === undefined) throw new OAuthBrokerError('endpoint_invalid', { field: 'issuer' });
  if (url.protocol === 'http:' && !isPrivateHost(url.hostname)) {
    throw new OAuthBrokerError('endpoint_insecure', { field: 'issuer', host: url.host });
  }
  return url;
}

const OPENID = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';

/** By oauth4webapi only two of these four can be asked. Without a path they are two. */
function wellKnownAddresses({ origin, pathname }: URL): ReadonlySet<string> {
  const path = pathname.replace(/\/$/, '');
  return new Set([
    `${origin}${path}${OPENID}`,
    `${origin}${OAUTH}${path}`,
    `${origin}${OPENID}${path}`,
    `${origin}${path}${OAUTH}`,
  ]);
}

async function ask(
  context: OAuthContext,
  issuer: string,
  issuerUrl: URL,
  address: string,
): Promise<ServerMetadata> {
  const provider = issuerUrl.host;
  const response = await context
    .fetch(address, { headers: { accept: 'application/json' }, redirect: 'manual' })
    .catch((thrown: unknown) => {
      throw transportError(provider, thrown);
    });
  const { status } = response;
  const body = await readBody(provider, response);
  if (status === 429 || status >= 500) throw refusal(provider, response, undefined, context.clock);
  if (status !== 200) throw failed(issuerUrl, 'not_found');
  const fields = parseFields(body);
  if (fields === undefined) throw failed(issuerUrl, 'unreadable');
  if (fields['issuer'] !== issuer) throw failed(issuerUrl, 'other_issuer');
  const metadata = readMetadata(issuerUrl, fields);
  checkEndpoints(issuerUrl, metadata);
  return { ...toServer(metadata), expiresAt: context.clock.now() + lifetimeOf(response, context.clock) };
}

const strings = v.array(v.string());

const metadataSchema = v.object({
  issuer: v.string(),
  authorization_endpoint: v.string(),
  token_endpoint: v.string(),
  revocation_endpoint: v.optional(v.string()),
  device_authorization_endpoint: v.optional(v.string()),
  pushed_authorization_request_endpoint: v.optional(v.string()),
  registration_endpoint: v.optional(v.string()),
  require_pushed_authorization_requests: v.optional(v.boolean(), false),
  authorization_response_iss_parameter_supported: v.optional(v.boolean(), false),
  code_challenge_methods_supported: v.optional(strings, []),
  token_endpoint_auth_methods_supported: v.optional(strings, ['client_secret_basic']),
  grant_types_supported: v.optional(strings, ['authorization_code', 'implicit']),
  scopes_supported: v.optional(strings, []),
  dpop_signing_alg_values_supported: v.optional(strings, []),
});

type Metadata = v.InferOutput<typeof metadataSchema>;

function readMetadata(issuer: URL, fields: JsonObject): Metadata {
  // Some servers write null for what they do not have.
  const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  const parsed = v.safeParse(metadataSchema, present);
  if (parsed.success) return parsed.output;
  throw failed(issuer, 'incomplete', v.getDotPath(parsed.issues[0]) ?? 'issuer');
}

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'device_authorization_endpoint',
  'pushed_authorization_request_endpoint',
  'registration_endpoint',
] as const satisfies ReadonlyArray<keyof Metadata>;

function checkEndpoints(issuer: URL, metadata: Metadata): void {
  const isAtHome = isPrivateHost(issuer.hostname);
  for (const field of ENDPOINTS) {
    const endpoint = metadata[field];
    if (endpoint !== undefined && !isTrustworthy(endpoint, isAtHome)) throw failed(issuer, 'endpoint', field);
  }
}

/** A public server must not send this device to its own network, where its requests may do what a stranger's can't. */
function isTrustworthy(endpoint: string, isAtHome: boolean): boolean {
  if (!/^https?:\/\/[^\s\\#@\p{Cc}]+$/iu.test(endpoint) || !URL.canParse(endpoint)) return false;
  const { protocol, hostname } = new URL(endpoint);
  return isPrivateHost(hostname) ? isAtHome : protocol === 'https:';
}

function toServer(metadata: Metadata): Omit<ServerMetadata, 'expiresAt'> {
  const {
    revocation_endpoint: revocation,
    device_authorization_endpoint: device,
    pushed_authorization_request_endpoint: pushed,
    registration_endpoint: registration,
  } = metadata;
  return {
    issuer: metadata.issuer,
    authorizationEndpoint: metadata.authorization_endpoint,
    tokenEndpoint: metadata.token_endpoint,
    ...(revocation === undefined ? {} : { revocationEndpoint: revocation }),
    ...(device === undefined ? {} : { deviceAuthorizationEndpoint: device }),
    ...(pushed === undefined ? {} : { pushedAuthorizationRequestEndpoint: pushed }),
    ...(registration === undefined ? {} : { registrationEndpoint: registration }),
    requirePushed: metadata.require_pushed_authorization_requests,
    issParameterSupported: metadata.authorization_response_iss_parameter_supported,
    codeChallengeMethods: metadata.code_challenge_methods_supported,
    tokenEndpointAuthMethods: metadata.token_endpoint_auth_methods_supported,
    grantTypes: metadata.grant_types_supported,
    scopes: metadata.scopes_supported,
    dpopAlgs: metadata.dpop_signing_alg_values_supported,
  };
}

const SHORTEST_LIFETIME = 5 * 60_000;
const USUAL_LIFETIME = 24 * 3_600_000;
// A server that moves its endpoints must be found again, whatever it once said.
const LONGEST_LIFETIME = 7 * USUAL_LIFETIME;

/** Milliseconds that an answer stays good (RFC 9111 §4.2.1), within reason. */
function lifetimeOf({ headers }: Response, clock: Clock): number {
  const control = headers.get('cache-control') ?? '';
  const maxAge = /(?:^|[\s,])max-age="?(\d+)/i.exec(control)?.[1];
  const expires = headers.get('expires');
  let lifetime = USUAL_LIFETIME;
  if (/(?:^|[\s,])no-(?:store|cache)\b/i.test(control)) lifetime = 0;
  else if (maxAge !== undefined) lifetime = Number(maxAge) * 1000;
  // §5.3: what is no date, `0` above all, is past.
  else if (expires !== null) lifetime = (Date.parse(expires) || 0) - clock.now();
  return Math.min(Math.max(lifetime, SHORTEST_LIFETIME), LONGEST_LIFETIME);
}
