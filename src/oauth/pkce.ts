import { hash } from 'node:crypto';
import { type RandomBytes, randomToken } from '../random.ts';

/** A fresh code verifier: 32 random bytes, 43 characters of base64url (RFC 7636 §4.1). */
export function createCodeVerifier(random: RandomBytes): string {
  return randomToken(random, 32);
}

/** The S256 code challenge of a verifier (RFC 7636 §4.2); `plain` is never used. */
export function codeChallengeOf(codeVerifier: string): string {
  return hash('sha256', codeVerifier, 'base64url');
}
