import type { TokenSet } from '../oauth/token-set.ts';

const DAY = 86_400_000;

/** How long before the known end of a grant the user is reminded, milliseconds. */
export const REMINDER_AHEAD = 14 * DAY;

/** The names under which providers tell how many seconds a refresh token lives (Keycloak; GitHub; TikTok, LinkedIn). */
const LIFE_FIELDS = ['refresh_expires_in', 'refresh_token_expires_in'] as const;

/**
 * When the user will have to sign in again, milliseconds since the Unix epoch; `undefined` where nobody says.
 *
 * @param grantDays after which the provider ends every grant, where the catalogue knows
 * @param grantedAt when the user signed in, milliseconds since the Unix epoch
 * @param receivedAt when this token set was received, milliseconds since the Unix epoch
 */
export function grantEnd(
  grantDays: number | undefined,
  tokenSet: TokenSet,
  grantedAt: number | undefined,
  receivedAt: number | undefined,
): number | undefined {
  const ends: number[] = [];
  if (grantDays !== undefined && grantedAt !== undefined) ends.push(grantedAt + grantDays * DAY);
  for (const field of LIFE_FIELDS) {
    const seconds = Number(tokenSet[field] ?? Number.NaN);
    // Keycloak says 0 for "as long as the session", which is no date.
    if (seconds > 0 && receivedAt !== undefined) ends.push(receivedAt + seconds * 1_000);
  }
  return ends.length === 0 ? undefined : Math.min(...ends);
}
