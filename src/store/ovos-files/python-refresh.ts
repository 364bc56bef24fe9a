import type { TokenSet } from '../../oauth/token-set.ts';

/**
 * Milliseconds for which a Python program may be refreshing a token after it wrote the file: `get_oauth_token` of
 * `ovos_utils.oauth` reads it, writes it back as it was, and only then asks the provider.
 */
export const PYTHON_REFRESH = 2_000;

/** Milliseconds that a request of ours to the provider takes at most. */
const LONGEST_EXCHANGE = 15_000;

/**
 * Whether Python programs that ask for this token refresh it by themselves: `now`, or `soon`, while an exchange of ours
 * is under way. They look at `expires_at` alone, on the device's own clock, and take a token without one for expired.
 *
 * @param now milliseconds since the Unix epoch
 */
export function isRefreshedByPython(
  { refresh_token: refreshToken, expires_at: expiresAt }: TokenSet,
  now: number,
): 'now' | 'soon' | 'no' {
  if (refreshToken === undefined) return 'no';
  const left = expiresAt === undefined ? 0 : expiresAt * 1_000 - now;
  if (left <= 0) return 'now';
  return left < LONGEST_EXCHANGE ? 'soon' : 'no';
}
