import { createHash } from 'node:crypto';
import type { TokenSet } from '../oauth/token-set.ts';

/** In place of a digest: there was no token set. */
export const NO_TOKEN = 'none';

/** Tells one token set from another without telling anything of it. */
export function digestOfTokenSet(tokenSet: TokenSet): string {
  return lookupDigest(JSON.stringify([tokenSet.access_token, tokenSet.refresh_token ?? null]));
}

/** 128 bits of SHA-256, base64url: to find what must not be read. */
export function lookupDigest(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}
