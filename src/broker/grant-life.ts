import type { TokenSet } from '../oauth/token-set.ts';

const DAY = 86_400_000;

/**
 * Grants that end whatever one does, by the host of the token endpoint, in milliseconds since the sign-in.
 * Spotify: six months since 2026-07-20 (developer.spotify.com, "Refreshing tokens").
 */
const KNOWN_LIVES: ReadonlyMap<string, number> = new Map([['accounts.spotify.com', 182 * DAY]]);

/** The names under which providers tell how many seconds a refresh token lives (Keycloak; GitHub; TikTok, LinkedIn). */
const LIFE_FIELDS = ['refresh_expires_in', 'refresh_token_expires_in'] as const;

/**
 * When the user will have to sign in again, milliseconds since the Unix epoch; `undefined` where nobody says.
 *
 * @param grantedAt when the user signed in, milliseconds since the Unix epoch
 * @param receivedAt when this token set was received, milliseconds since the Unix epoch
 */
export function grantEnd(
  host: string,
  tokenSet: TokenSet,
  grantedAt: number | undefined,
  receivedAt: number | undefined,
): number | undefined {
  const ends: number[] = [];
  const known = KNOWN_LIVES.get(host);
  if (known !== undefined && grantedAt !== undefined) ends.push(grantedAt + known);
  for (const field of LIFE_FIELDS) {
    const seconds = Number(tokenSet[field] ?? Number.NaN);
    // Keycloak says 0 for "as long as the session", which is no date.
    if (seconds > 0 && receivedAt !== undefined) ends.push(receivedAt + seconds * 1_000);
  }
  return ends.length === 0 ? undefined : Math.min(...ends);
}
