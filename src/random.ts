import { randomBytes } from 'node:crypto';

/** Source of unguessable bytes, injected so that tests are repeatable. */
export type RandomBytes = (size: number) => Uint8Array;

/** Bytes that are fetched at once: fetching takes 5 µs, however few they are, and a sign-in draws three times. */
const POOL_SIZE = 4_096;
let pool = Buffer.alloc(0);
let used = 0;

export const systemRandom: RandomBytes = (size) => {
  if (used + size > pool.length) {
    pool = randomBytes(Math.max(POOL_SIZE, size));
    used = 0;
  }
  const drawn = Uint8Array.from(pool.subarray(used, used + size));
  // What was drawn is a secret of whoever drew it.
  pool.fill(0, used, used + size);
  used += size;
  return drawn;
};

/** `bytes` random bytes as base64url; 16 bytes give the 128 bits that RFC 6749 §10.10 asks of a state. */
export function randomToken(random: RandomBytes, bytes = 16): string {
  return Buffer.from(random(bytes)).toString('base64url');
}

// Crockford's alphabet: no I, L, O or U, so a code survives being read aloud; upper case keeps a QR small.
const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Bytes as a code to read aloud: one character each, of their low five bits. */
export function spell(bytes: Uint8Array): string {
  let code = '';
  for (const byte of bytes) code += CODE_ALPHABET[byte & 31];
  return code;
}

/** A code of `length` characters, 5 bits each, for short links. */
export function randomCode(random: RandomBytes, length: number): string {
  return spell(random(length));
}
