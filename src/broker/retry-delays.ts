const SECOND = 1_000;
const FIRST = 5 * SECOND;
const LONGEST = 15 * 60 * SECOND;

/**
 * Milliseconds to wait after a transient failure: 5 s doubling to 15 minutes with full jitter on the upper half, or as
 * long as the server asked for (RFC 9110 §10.2.3), whichever is longer.
 *
 * @param failures how many in a row, from 1
 * @param retryAfter seconds that the server asked for, if it did
 * @param jitter 0 to 1
 */
export function retryDelay(failures: number, jitter: number, retryAfter = 0): number {
  const ceiling = Math.min(FIRST * 2 ** (failures - 1), LONGEST);
  return Math.max(ceiling / 2 + (ceiling / 2) * jitter, retryAfter * SECOND);
}

const HOUR = 3_600 * SECOND;

/** Milliseconds after which a token that the provider called invalid is tried once more; then it is left alone. */
export const REVIVAL_DELAYS: readonly number[] = [10 * 60 * SECOND, HOUR, 6 * HOUR, 24 * HOUR];
