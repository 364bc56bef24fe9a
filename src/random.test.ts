import { describe, expect, test } from 'vitest';
import { randomCode, randomToken, systemRandom } from './random.ts';

describe('random bytes', () => {
  test('are never drawn twice, and are not changed by later draws', () => {
    const drawn = Array.from({ length: 2_000 }, () => systemRandom(16));
    const seen = drawn.map((bytes) => Buffer.from(bytes).toString('hex'));
    expect(new Set(seen).size).toBe(drawn.length);
    expect(seen.every((bytes) => bytes !== '00'.repeat(16))).toBe(true);
  });

  test.each([0, 1, 4_095, 4_096, 4_097, 100_000])('come in any number: %i', (size) => {
    expect(systemRandom(size)).toHaveLength(size);
  });

  test('take every value about as often', () => {
    const counts = Array.from({ length: 256 }, () => 0);
    for (let draw = 0; draw < 4_096; draw += 1) {
      for (const byte of systemRandom(16)) counts[byte] = (counts[byte] ?? 0) + 1;
    }
    // 256 of each are expected; 96 more or fewer are six standard deviations.
    for (const count of counts) expect(Math.abs(count - 256)).toBeLessThan(96);
  });
});

test('a token is base64url, a code is of letters that can be read aloud', () => {
  expect(randomToken(systemRandom)).toMatch(/^[\w-]{22}$/);
  expect(randomCode(systemRandom, 10)).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
});
