import { describe, expect, test } from 'vitest';
import { voice as english } from '../locale/en/voice.ts';
import { voice as german } from '../locale/de/voice.ts';
import { spelled, spokenAddress } from './spelling.ts';

describe('a code', () => {
  test.each([
    ['WDJB-MJHT', 'W, D, J, B. M, J, H, T'],
    ['wdjb mjht', 'W, D, J, B. M, J, H, T'],
    ['A1B2C3', 'A, 1, B, 2, C, 3'],
    ['123-456-789', '1, 2, 3. 4, 5, 6. 7, 8, 9'],
    ['--', ''],
  ])('%s is said letter by letter, with a pause between its groups', (code, said) => {
    expect(spelled(code)).toBe(said);
  });
});

describe('an address', () => {
  test.each([
    ['https://github.com/login/device', 'github dot com slash login slash device'],
    ['https://www.google.com/device', 'google dot com slash device'],
    ['https://my-idp.example/', 'my dash idp dot example'],
  ])('%s is said in words', (uri, said) => {
    expect(spokenAddress(uri, english.signs)).toBe(said);
  });

  test('is said in the words of the language', () => {
    expect(spokenAddress('https://github.com/x', german.signs)).toBe('github Punkt com Schrägstrich x');
  });

  test.each([
    'https://provider.example/device?user_code=WDJB',
    'https://provider.example/#device',
    `https://provider.example/${'long'.repeat(10)}`,
    'https://provider.example/b%20c',
    'https://provider.example:8443/d',
    'not an address',
  ])('that nobody could remember is not said: %s', (uri) => {
    expect(spokenAddress(uri, english.signs)).toBeUndefined();
  });
});
