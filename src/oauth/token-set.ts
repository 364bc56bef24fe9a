import type { JsonObject, JsonValue } from '../json.ts';

/**
 * What a token endpoint returned, as it returned it (RFC 6749 §5.1), plus `expires_at`.
 * Names are the wire's: Python programs read the very same object from the OVOS token file.
 */
export interface TokenSet extends JsonObject {
  readonly access_token: string;
  readonly token_type?: string;
  readonly refresh_token?: string;
  readonly scope?: string;
  /** Seconds, relative to the answer. */
  readonly expires_in?: number | string;
  /** Seconds since the Unix epoch, as Python's `time.time()` writes them. Absent: does not expire. */
  readonly expires_at?: number;
  readonly [field: string]: JsonValue | undefined;
}

/** How a client proves itself at the token endpoint (RFC 6749 §2.3, OpenID Connect Core §9). */
export type ClientAuthentication = 'client_secret_basic' | 'client_secret_post' | 'none';

/**
 * The token set after a refresh (RFC 6749 §6): the answer over the previous one, whose refresh token and unknown fields
 * stay where the answer has none. When the previous access token expired says nothing about the new one.
 */
export function mergeRefreshed(previous: TokenSet, fresh: TokenSet): TokenSet {
  const { expires_in: _expiresIn, expires_at: _expiresAt, ...kept } = previous;
  return { ...kept, ...fresh };
}
