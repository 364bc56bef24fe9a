import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { TokenSet } from './token-set.ts';

/** What a token endpoint said, whatever way it chose to say it. */
export type TokenReply =
  | { readonly kind: 'token'; readonly tokenSet: TokenSet }
  | { readonly kind: 'error'; readonly error: string }
  /** Neither a token nor an OAuth error: HTML, broken JSON, something else altogether. */
  | { readonly kind: 'unreadable' };

/**
 * Reads the body of a token endpoint's answer as RFC 6749 §5 means it: JSON or form-encoded under any content type, an
 * error also under status 200. Fields with a meaning get the type that RFC 6749 gives them or go; all others stay as
 * they came. A token that was received is never given up for a field that it could do without.
 *
 * @param now seconds since the Unix epoch, for `expires_at`
 */
export function normaliseTokenReply(body: string, now: number): TokenReply {
  const fields = parseJson(body) ?? parseForm(body);
  if (fields === undefined) return { kind: 'unreadable' };
  const { error, access_token: accessToken } = fields;
  if (isFilled(error)) return { kind: 'error', error: STANDARD_ERRORS.get(error) ?? error };
  if (!isFilled(accessToken)) return { kind: 'unreadable' };
  return { kind: 'token', tokenSet: toTokenSet(fields, accessToken, now) };
}

// GitHub's own words, https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors
const STANDARD_ERRORS: ReadonlyMap<string, string> = new Map([
  ['bad_verification_code', 'invalid_grant'],
  ['bad_refresh_token', 'invalid_grant'],
  ['incorrect_client_credentials', 'invalid_client'],
  // Todoist's, https://developer.todoist.com/api/v1/#tag/Authorization/OAuth
  ['bad_authorization_code', 'invalid_grant'],
  ['incorrect_application_credentials', 'invalid_client'],
]);

function parseJson(body: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(body.replace(/^\uFEFF/, ''));
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** GitHub, unless asked otherwise, and some old servers answer in the form of a query. */
function parseForm(body: string): JsonObject | undefined {
  if (!/^[\w.%+-]+=/.test(body)) return undefined;
  const fields = Object.fromEntries(new URLSearchParams(body.trim()));
  return 'access_token' in fields || 'error' in fields ? fields : undefined;
}

function toTokenSet(fields: JsonObject, accessToken: string, now: number): TokenSet {
  const {
    token_type: tokenType,
    refresh_token: refreshToken,
    scope,
    expires_in: expiresIn,
    expires_at: expiresAt,
    ...others
  } = fields;
  const lifetime = positiveNumber(expiresIn);
  const expiry = positiveNumber(expiresAt) ?? (lifetime === undefined ? dateOf(expiresAt) : now + lifetime);
  return {
    ...others,
    access_token: accessToken,
    ...(isFilled(tokenType) ? { token_type: tokenType } : {}),
    ...(isFilled(refreshToken) ? { refresh_token: refreshToken } : {}),
    ...scopeField(scope),
    ...(lifetime === undefined ? {} : { expires_in: lifetime }),
    ...(expiry === undefined ? {} : { expires_at: expiry }),
  };
}

/** Twitch sends an array. */
function scopeField(scope: JsonValue | undefined): Pick<TokenSet, 'scope'> {
  if (typeof scope === 'string') return { scope };
  if (Array.isArray(scope) && scope.every((part) => typeof part === 'string'))
    return { scope: scope.join(' ') };
  return {};
}

/** Numbers also come as strings. Zero or less, where "never" was meant, and garbage such as `3600abc` say nothing. */
function positiveNumber(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : undefined;
}

/** ISO 8601, in seconds since the Unix epoch. */
function dateOf(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(value)) return undefined;
  return positiveNumber(Date.parse(value) / 1000);
}

function isFilled(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
