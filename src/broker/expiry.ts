import type { TokenSet } from '../oauth/token-set.ts';

/** Seconds that an access token must at least have left to be handed out, unless the caller asks for more. */
export const MIN_VALID_SECONDS = 30;

const MINUTE = 60_000;

/** Milliseconds until a token set expires; `Infinity` where the provider named no end (RFC 6749 §5.1). */
export function timeLeft(tokenSet: TokenSet, now: number): number {
  return tokenSet.expires_at === undefined ? Number.POSITIVE_INFINITY : tokenSet.expires_at * 1_000 - now;
}

/**
 * Milliseconds before expiry at which a token is renewed: a tenth of its life, at least a minute (but never more than
 * half its life) and at most fifteen minutes, so that one failed attempt leaves time for several more.
 *
 * @param lifetime milliseconds
 */
export function refreshMargin(lifetime: number): number {
  return Math.min(Math.max(lifetime / 10, MINUTE), 15 * MINUTE, lifetime / 2);
}

/**
 * Milliseconds until a token set should be renewed, not before 0; `Infinity` where it never needs to be.
 *
 * @param jitter 0 to 1: devices and connections that signed in together must not refresh together
 */
export function refreshDelay(tokenSet: TokenSet, now: number, jitter: number): number {
  const left = timeLeft(tokenSet, now);
  if (left === Number.POSITIVE_INFINITY || tokenSet.refresh_token === undefined)
    return Number.POSITIVE_INFINITY;
  const lifetime = Number(tokenSet.expires_in) * 1_000;
  const margin = refreshMargin(lifetime > 0 ? lifetime : Math.max(left, 0));
  return Math.max(left - margin * (1 + jitter / 2), 0);
}
