import type { TokenSet } from '../oauth/token-set.ts';
import type { Connection } from '../store/records.ts';
import { digestOfSecret } from './secret-digest.ts';
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

/**
 * When there is something to do for a connection, milliseconds since the Unix epoch; undefined: never. For a store that
 * picks what is due and asks nobody; a refresh that a crash interrupted is due at once.
 */
export function dueAt(
  tokenSet: TokenSet | undefined,
  connection: Connection | undefined,
  now: number,
): number | undefined {
  if (connection?.state === 'needs_credentials') return undefined;
  if (tokenSet === undefined) return (connection?.revocation ?? connection?.revival)?.nextAt;
  if (isInterrupted(connection, tokenSet)) return connection?.intent?.at;
  const delay = refreshDelay(tokenSet, now, 0);
  return delay === Number.POSITIVE_INFINITY ? undefined : now + delay;
}

/** True when a refresh of this very token set was under way when the process died: its answer may have been lost. */
export function isInterrupted(connection: Connection | undefined, tokenSet: TokenSet): boolean {
  return (
    connection?.intent !== undefined &&
    tokenSet.refresh_token !== undefined &&
    connection.intent.spent === digestOfSecret(tokenSet.refresh_token)
  );
}
