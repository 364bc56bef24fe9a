import { hash } from 'node:crypto';

/**
 * What is kept of a secret that only has to be recognised, such as a cookie or a refresh token that is being spent: who
 * reads the journal learns no second copy of it.
 */
export function digestOfSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}
