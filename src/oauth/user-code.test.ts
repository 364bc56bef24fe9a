import fc from 'fast-check';
import { expect, it } from 'vitest';
import { speakableUserCode } from './user-code.ts';

it.each([
  ['WDJB-MJHT', 'W D J B - M J H T'],
  ['5055CC52', '5 0 5 5 - C C 5 2'],
  ['YZMYLD4K9', 'Y Z M - Y L D - 4 K 9'],
  ['123456', '1 2 3 - 4 5 6'],
  ['ABCDE', 'A B C D E'],
  ['ABCDEFG', 'A B C D - E F G'],
  ['019-450-730', '0 1 9 - 4 5 0 - 7 3 0'],
  ['AB CD', 'A B - C D'],
  ['wdjb–mjht', 'w d j b - m j h t'],
  ['', ''],
])('%s is read as "%s"', (userCode, spoken) => {
  expect(speakableUserCode(userCode)).toBe(spoken);
});

it('no letter or digit is lost or moved, and none is spoken together with another', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z0-9]{1,12}(-[A-Z0-9]{1,12}){0,3}$/), (userCode) => {
      const spoken = speakableUserCode(userCode);
      expect(spoken.replaceAll(/[ -]/g, '')).toBe(userCode.replaceAll('-', ''));
      expect(spoken).not.toMatch(/[A-Z0-9]{2}/);
    }),
  );
});
