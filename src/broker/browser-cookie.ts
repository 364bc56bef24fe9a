import { createHash } from 'node:crypto';

/** A cookie is kept as its digest only: who reads the journal can't take part in a sign-in. */
export function digestOfCookie(cookie: string): string {
  return createHash('sha256').update(cookie).digest('base64url');
}
