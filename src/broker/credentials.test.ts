import { describe, expect, test } from 'vitest';
import { registrationOf } from '../../test/support/registration.ts';
import { needsCredentials, settleCredentials } from './credentials.ts';

const typed = {
  clientId: 'typed',
  clientSecret: 'typed-secret',
  credentialsFrom: 'user',
  isPublic: false,
} as const;

describe('whose credentials count', () => {
  test('a skill that sends none leaves what the user typed', () => {
    expect(settleCredentials(registrationOf({}), typed)).toEqual(typed);
  });

  test('a skill that sends an id without its secret leaves what the user typed', () => {
    expect(settleCredentials(registrationOf({ clientId: 'bundled' }), typed)).toEqual(typed);
  });

  test('a skill that sends both replaces what the user typed', () => {
    const settled = settleCredentials(registrationOf({ clientId: 'bundled', clientSecret: 's' }), typed);
    expect(settled).toEqual({
      clientId: 'bundled',
      clientSecret: 's',
      credentialsFrom: 'skill',
      isPublic: false,
    });
  });

  test('a skill that withdraws its own credentials leaves none behind', () => {
    const bundled = { clientId: 'a', clientSecret: 'b', credentialsFrom: 'skill', isPublic: false } as const;
    expect(settleCredentials(registrationOf({}), bundled)).toMatchObject({
      clientId: null,
      credentialsFrom: 'none',
    });
  });

  test('credentials found in the file of the Python plugin outlive a skill that sends none', () => {
    const found = { ...typed, credentialsFrom: 'file' } as const;
    expect(settleCredentials(registrationOf({}), found)).toEqual(found);
  });
});

describe('who needs credentials', () => {
  test.each([
    ['a confidential client without a secret', { clientId: 'id' }, true],
    ['a client without an id', { clientSecret: 'secret' }, true],
    ['a confidential client with both', { clientId: 'id', clientSecret: 'secret' }, false],
    ['a client that says it is public', { clientId: 'id', isPublic: true }, false],
    ['a public client without an id', { isPublic: true }, true],
    ['an IndieAuth client, whose id is its address', { clientId: 'http://192.0.2.7:36536' }, false],
  ])('%s: %o → %s', (_name, fields, expected) => {
    expect(needsCredentials(settleCredentials(registrationOf(fields), undefined))).toBe(expected);
  });
});
