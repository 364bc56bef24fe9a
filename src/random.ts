import { randomBytes } from 'node:crypto';

/** Source of unguessable bytes, injected so that tests are repeatable. */
export type RandomBytes = (size: number) => Uint8Array;

export const systemRandom: RandomBytes = (size) => randomBytes(size);

/** `bytes` random bytes as base64url; 16 bytes give the 128 bits that RFC 6749 §10.10 asks of a state. */
export function randomToken(random: RandomBytes, bytes = 16): string {
  return Buffer.from(random(bytes)).toString('base64url');
}

// Crockford's alphabet: no I, L, O or U, so a code survives being read aloud; upper case keeps a QR small.
const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Bytes as a code to read aloud: one character each, of their low five bits. */
export function spell(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => CODE_ALPHABET[byte & 31]).join('');
}

/** A code of `length` characters, 5 bits each, for short links. */
export function randomCode(random: RandomBytes, length: number): string {
  return spell(random(length));
}
