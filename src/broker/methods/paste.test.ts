import { describe, expect, test } from 'vitest';
import { readPaste } from './paste.ts';

const REDIRECT = 'http://127.0.0.1:36536/auth/callback/skill_app';
const ATTEMPT = { state: 'the-state', redirectUri: REDIRECT };
const read = (text: string, attempt: Parameters<typeof readPaste>[1] = ATTEMPT): Record<string, string> =>
  Object.fromEntries(readPaste(text, attempt));

describe('what a user may paste', () => {
  test.each([
    ['the whole address', `${REDIRECT}?code=c0de&state=s`, { code: 'c0de', state: 's' }],
    ['with white space around it', `\n  ${REDIRECT}?code=c0de&state=s \n`, { code: 'c0de', state: 's' }],
    ['without its scheme', `${REDIRECT.slice(7)}?code=c0de&state=s`, { code: 'c0de', state: 's' }],
    ['only its query', '?code=c0de&state=s', { code: 'c0de', state: 's' }],
    ['its query without the mark', 'code=c0de&state=s', { code: 'c0de', state: 's' }],
    ['just the code', '4/0Ab_cd-ef', { code: '4/0Ab_cd-ef', state: 'the-state' }],
    ['just the code, as an address writes it', '4%2F0Ab', { code: '4/0Ab', state: 'the-state' }],
    ['just a code with a lone percent sign', '100%', { code: '100%', state: 'the-state' }],
    ['a denial', `${REDIRECT}?error=access_denied&state=s`, { error: 'access_denied', state: 's' }],
  ])('%s', (_name, text, params) => {
    expect(read(text)).toEqual(params);
  });

  test('is vouched for by the user where it is just the code: it came from the issuer that was asked (RFC 9207)', () => {
    const attempt = { ...ATTEMPT, issuer: 'https://issuer.example' };
    expect(read('c0de', attempt)).toEqual({
      code: 'c0de',
      state: 'the-state',
      iss: 'https://issuer.example',
    });
    expect(read('code=c0de&state=s', attempt)).toEqual({ code: 'c0de', state: 's' });
  });
});

describe('what is refused, with a reason of its own', () => {
  test.each([
    ['nothing', '  ', 'paste_empty'],
    ['an endless text', 'x'.repeat(20_000), 'paste_empty'],
    ['the address of another site', 'https://accounts.example/login?code=1&state=2', 'paste_other_site'],
    [
      'the callback of another app',
      'http://127.0.0.1:36536/auth/callback/other?code=1&state=2',
      'paste_other_site',
    ],
    ['the address without an answer', REDIRECT, 'paste_no_code'],
    ['a sentence', 'It does not work!', 'paste_no_code'],
    ['another scheme', 'javascript://127.0.0.1:36536/auth/callback/skill_app?code=1', 'paste_other_site'],
  ])('%s', (_name, text, code) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code }));
  });
});
