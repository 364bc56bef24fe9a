import { createCipheriv, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameCipher } from './encryption.ts';

const KEYS = ['k'.repeat(16), 'k'.repeat(24), 'é'.repeat(16)];
const cipher = new FrameCipher(KEYS[0] ?? '');

function open(frame: object, by = cipher): string | undefined {
  return by.decrypt(frame as Record<string, unknown>)?.toString();
}

function sealed(text = 'hello'): Record<string, unknown> {
  return JSON.parse(cipher.encrypt(text)) as Record<string, unknown>;
}

describe('FrameCipher', () => {
  it.each(KEYS)('opens what it has sealed, with a key of each length', (key) => {
    const own = new FrameCipher(key);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(open(JSON.parse(own.encrypt(text)) as object, own)).toBe(text);
      }),
    );
  });

  it('never uses a nonce twice', () => {
    const nonces = Array.from({ length: 100 }, () => sealed()['nonce']);
    expect(new Set(nonces).size).toBe(100);
  });

  it('takes the tag from the end of the ciphertext where there is none beside it', () => {
    const { ciphertext, tag, nonce } = sealed();
    expect(open({ ciphertext: `${String(ciphertext)}${String(tag)}`, nonce })).toBe('hello');
    expect(open({ ciphertext: `${String(ciphertext)}${String(tag)}`, nonce, tag: null })).toBe('hello');
  });

  it.each([1, 12, 16, 64])('takes a nonce of %i bytes', (length) => {
    const nonce = randomBytes(length);
    const gcm = createCipheriv('aes-128-gcm', KEYS[0] ?? '', nonce);
    const ciphertext = gcm.update('hello', 'utf8', 'hex') + gcm.final('hex');
    const frame = { ciphertext, tag: gcm.getAuthTag().toString('hex'), nonce: nonce.toString('hex') };
    expect(open(frame)).toBe('hello');
  });

  it.each<[string, (frame: Record<string, unknown>) => object]>([
    ['a changed ciphertext', (frame) => ({ ...frame, ciphertext: '00'.repeat(5) })],
    ['a changed tag', (frame) => ({ ...frame, tag: '00'.repeat(16) })],
    ['a tag cut short', (frame) => ({ ...frame, tag: String(frame['tag']).slice(0, 8) })],
    ['another nonce', (frame) => ({ ...frame, nonce: '00'.repeat(16) })],
    ['an empty nonce', (frame) => ({ ...frame, nonce: '' })],
    ['no nonce', ({ ciphertext, tag }) => ({ ciphertext, tag })],
    ['digits that are none', (frame) => ({ ...frame, ciphertext: 'zz' })],
    ['half a byte', (frame) => ({ ...frame, nonce: '0' })],
    ['numbers for text', (frame) => ({ ...frame, ciphertext: 1 })],
    ['neither tag nor room for one', (frame) => ({ ciphertext: '00', nonce: frame['nonce'] })],
  ])('does not open a frame with %s', (_, change) => {
    expect(open(change(sealed()))).toBeUndefined();
  });

  it.each(['', 'short', 'k'.repeat(17), 'é'.repeat(24)])('refuses a key of another length: %j', (key) => {
    expect(() => new FrameCipher(key)).toThrow(expect.objectContaining({ code: 'config_invalid' }) as Error);
  });
});
