import { expect, it } from 'vitest';
import { mergeRefreshed } from './token-set.ts';

const previous = {
  access_token: 'old',
  refresh_token: 'old-refresh',
  token_type: 'Bearer',
  scope: 'read',
  expires_in: 3600,
  expires_at: 1_000,
  'provider specific': { kept: true },
};

it('the answer of a refresh replaces what it brings and keeps the rest', () => {
  const fresh = { access_token: 'new', refresh_token: 'new-refresh', expires_in: 60, expires_at: 2_000 };
  expect(mergeRefreshed(previous, fresh)).toEqual({ ...previous, ...fresh });
});

it('a refresh token that is not replaced stays', () => {
  expect(mergeRefreshed(previous, { access_token: 'new' }).refresh_token).toBe('old-refresh');
});

it('an answer without expiry does not inherit that of the previous access token', () => {
  const merged = mergeRefreshed(previous, { access_token: 'new' });
  expect(merged).not.toHaveProperty('expires_in');
  expect(merged).not.toHaveProperty('expires_at');
});

it('an answer with only one of the two does not get the other from the previous access token', () => {
  const merged = mergeRefreshed(previous, { access_token: 'new', expires_at: 2_000 });
  expect(merged.expires_at).toBe(2_000);
  expect(merged).not.toHaveProperty('expires_in');
});

it('neither of the two token sets is changed', () => {
  const before = structuredClone(previous);
  mergeRefreshed(previous, { access_token: 'new' });
  expect(previous).toEqual(before);
});
