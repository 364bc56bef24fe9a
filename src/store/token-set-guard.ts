import { isJsonObject, type JsonObject } from '../json.ts';
import type { TokenSet } from '../oauth/token-set.ts';

const KNOWN: ReadonlyMap<string, readonly string[]> = new Map([
  ['token_type', ['string']],
  ['refresh_token', ['string']],
  ['scope', ['string']],
  ['expires_in', ['number', 'string']],
  ['expires_at', ['number']],
]);

/** True for an object with an access token in which no known field has another type than RFC 6749 §5.1 gives it. */
export function isTokenSet(value: unknown): value is TokenSet {
  if (!isJsonObject(value) || typeof value['access_token'] !== 'string') return false;
  return [...KNOWN].every(([name, types]) => value[name] === undefined || types.includes(typeof value[name]));
}

/**
 * The token set in an entry that another program wrote; known fields of a wrong type are left out.
 *
 * @returns undefined where there is no access token
 */
export function tokenSetOf(entry: JsonObject): TokenSet | undefined {
  const { access_token: accessToken } = entry;
  if (typeof accessToken !== 'string' || accessToken === '') return undefined;
  const fields = Object.entries(entry).flatMap(([name, value]): Array<[string, JsonObject[string]]> => {
    const types = KNOWN.get(name);
    if (types === undefined || types.includes(typeof value)) return [[name, value]];
    // Text is a time as well as long as it is a number: without one the token would count as never expiring.
    const time = name === 'expires_at' && typeof value === 'string' ? Number(value) : Number.NaN;
    return Number.isFinite(time) ? [[name, time]] : [];
  });
  return { ...Object.fromEntries(fields), access_token: accessToken };
}
