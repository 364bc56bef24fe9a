import type { TokenSet } from '../oauth/token-set.ts';
import { timeLeft } from './expiry.ts';

const MINUTE = 60_000;

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
