import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../json.ts';
import type { TokenSet } from '../../oauth/token-set.ts';
import { tokenSetOf } from '../token-set-guard.ts';
import { digestOfValue } from './value-digest.ts';

/** A token set for programs that need not renew it. */
export function withoutRefreshToken({ refresh_token: _hidden, ...tokenSet }: TokenSet): TokenSet {
  return tokenSet;
}

/** What of a token set must not come back once it was replaced. */
export function tokenDigests({ access_token, refresh_token }: TokenSet): string[] {
  return refresh_token === undefined
    ? [digestOfValue(access_token)]
    : [digestOfValue(access_token), digestOfValue(refresh_token)];
}

/**
 * Whether an entry is a copy from before `ours`: it carries a token that was replaced, or had expired before `ours` was
 * issued. A copy that a program has only added a field to is one as well.
 *
 * @param wasReplaced says so of a digest
 */
export function isStaleToken(
  entry: JsonObject,
  ours: TokenSet | undefined,
  wasReplaced: (digest: string) => boolean,
): boolean {
  const found = tokenSetOf(entry);
  if (found === undefined) return false;
  const foundRefresh = found.refresh_token;
  if (found.access_token !== ours?.access_token && wasReplaced(digestOfValue(found.access_token)))
    return true;
  if (
    foundRefresh !== undefined &&
    foundRefresh !== ours?.refresh_token &&
    wasReplaced(digestOfValue(foundRefresh))
  ) {
    return true;
  }
  if (ours === undefined || found.access_token === ours.access_token) return false;
  const issuedAt = issueTimeOf(ours);
  return issuedAt !== undefined && found.expires_at !== undefined && found.expires_at < issuedAt;
}

/** Whether an entry outlives our token set: of two that came at the same time the later one counts. */
export function outlives(entry: JsonObject, ours: TokenSet): boolean {
  const found = tokenSetOf(entry)?.expires_at;
  return found !== undefined && ours.expires_at !== undefined && found > ours.expires_at;
}

/**
 * The token set to go on with after another program wrote `entry`.
 *
 * @param hidden whether the file shows no refresh tokens
 * @returns undefined where there is no token in it
 */
export function adoptToken(
  entry: JsonObject,
  ours: TokenSet | undefined,
  hidden: boolean,
): TokenSet | undefined {
  const found = tokenSetOf(entry);
  if (found === undefined || ours?.refresh_token === undefined || found.refresh_token !== undefined)
    return found;
  // What the file did not show nobody can have dropped. And the same access token without its refresh token: somebody
  // kept only what they needed.
  const keeps = hidden || found.access_token === ours.access_token;
  return keeps ? { ...found, refresh_token: ours.refresh_token } : found;
}

/** Whether the refresh token of `before` is not in `after` and would be lost with it. */
export function losesRefreshToken(before: TokenSet | undefined, after: TokenSet): boolean {
  return before?.refresh_token !== undefined && before.refresh_token !== after.refresh_token;
}

/** Whether an entry says what our token set says. */
export function isSameToken(entry: JsonObject, ours: TokenSet): boolean {
  return isDeepStrictEqual({ ...tokenSetOf(entry) }, { ...ours });
}

/** When a token set was issued, seconds since the Unix epoch, where it tells. */
function issueTimeOf({ expires_at: expiresAt, expires_in: lifetime }: TokenSet): number | undefined {
  if (expiresAt === undefined || lifetime === undefined) return undefined;
  const issuedAt = expiresAt - Number(lifetime);
  return Number.isFinite(issuedAt) ? issuedAt : undefined;
}
