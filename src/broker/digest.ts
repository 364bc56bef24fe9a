import { createHash } from 'node:crypto';

/**
 * What is kept of a secret that only has to be recognised, such as a cookie or a refresh token that is being spent: who
 * reads the journal learns no second copy of it.
 */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
