import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OAuthBrokerError } from '../errors.ts';
import { isSealed, Sealer } from './sealing.ts';

const KEY = randomBytes(32);
const sealer = new Sealer(KEY);

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'opened';
  } catch (error) {
    return error instanceof OAuthBrokerError ? error.code : String(error);
  }
}

test('what was sealed opens with the same key and the same place, and shows nothing of its text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, place) => {
      const sealed = sealer.seal(text, place);
      expect(isSealed(sealed)).toBe(true);
      expect(new Sealer(KEY).open(sealed, place)).toBe(text);
    }),
  );
  expect(sealer.seal('a refresh token', 'x')).not.toContain(Buffer.from('refresh').toString('base64url'));
});

test('no two seals of one text are the same', () => {
  expect(new Set(Array.from({ length: 100 }, () => sealer.seal('text', 'x'))).size).toBe(100);
});

test('a seal that was changed anywhere does not open', () => {
  const sealed = sealer.seal('a text', 'x');
  fc.assert(
    fc.property(
      fc.nat(sealed.length - 1),
      fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_', '.'),
      (at, letter) => {
        fc.pre(sealed[at] !== letter);
        const changed = sealed.slice(0, at) + letter + sealed.slice(at + 1);
        // The last letter of base64url has bits that stand for nothing.
        fc.pre(
          !Buffer.from(changed.slice(11), 'base64url').equals(Buffer.from(sealed.slice(11), 'base64url')) ||
            at < 11,
        );
        expect(['store_seal_broken', 'store_key_unknown']).toContain(codeOf(() => sealer.open(changed, 'x')));
      },
    ),
  );
});

test('a seal that is cut short, or is none, does not open', () => {
  const sealed = sealer.seal('a text', 'x');
  for (let length = 0; length < sealed.length; length += 1) {
    expect(codeOf(() => sealer.open(sealed.slice(0, length), 'x'))).toBe('store_seal_broken');
  }
});

test('a text that was moved to another place does not open', () => {
  expect(codeOf(() => sealer.open(sealer.seal('text', 'one'), 'other'))).toBe('store_seal_broken');
});

test('another key opens nothing and is told apart by its id, which two stores with one key share', () => {
  const other = new Sealer(randomBytes(32));
  expect(codeOf(() => other.open(sealer.seal('text', 'x'), 'x'))).toBe('store_key_unknown');
  expect(other.keyId).not.toBe(sealer.keyId);
  expect(new Sealer(KEY).keyId).toBe(sealer.keyId);
});

test('after a change of keys the old one still opens, and the new one seals', () => {
  const changed = new Sealer(randomBytes(32), [KEY]);
  expect(changed.open(sealer.seal('text', 'x'), 'x')).toBe('text');
  expect(codeOf(() => sealer.open(changed.seal('text', 'x'), 'x'))).toBe('store_key_unknown');
  expect([changed.has(sealer.keyId), sealer.has(changed.keyId)]).toEqual([true, false]);
});
