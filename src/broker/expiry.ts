import type { TokenSet } from '../oauth/token-set.ts';

/** Seconds that an access token must at least have left to be handed out, unless the caller asks for more. */
export const MIN_VALID_SECONDS = 30;

/** Milliseconds until a token set expires; `Infinity` where the provider named no end (RFC 6749 §5.1). */
export function timeLeft(tokenSet: TokenSet, now: number): number {
  return tokenSet.expires_at === undefined ? Number.POSITIVE_INFINITY : tokenSet.expires_at * 1_000 - now;
}
