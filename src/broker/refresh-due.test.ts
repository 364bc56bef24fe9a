import { describe, expect, test } from 'vitest';
import type { TokenSet } from '../oauth/token-set.ts';
import type { Connection, MungedId } from '../store/records.ts';
import { digestOfSecret } from './secret-digest.ts';
import { dueAt, isInterrupted, refreshDelay, refreshMargin } from './refresh-due.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 0, 1);

function tokenSet(lifetime: number, fields: Partial<TokenSet> = {}): TokenSet {
  return {
    access_token: 'access',
    refresh_token: 'refresh',
    expires_in: lifetime / SECOND,
    expires_at: (NOW + lifetime) / SECOND,
    ...fields,
  };
}

function connection(fields: Partial<Connection> = {}): Connection {
  return { mungedId: 'skill_app' as MungedId, state: 'connected', since: NOW, ...fields };
}

describe('the margin before expiry', () => {
  test.each([
    ['half of a very short life', 90 * SECOND, 45 * SECOND],
    ['a minute of a short one', 5 * MINUTE, MINUTE],
    ['a tenth', HOUR, 6 * MINUTE],
    ['fifteen minutes at most', 24 * HOUR, 15 * MINUTE],
  ])('is %s', (_what, lifetime, margin) => {
    expect(refreshMargin(lifetime)).toBe(margin);
  });
});

describe('the time until a token is renewed', () => {
  test('ends by the margin before expiry, and by up to half of it sooner', () => {
    expect(refreshDelay(tokenSet(HOUR), NOW, 0)).toBe(54 * MINUTE);
    expect(refreshDelay(tokenSet(HOUR), NOW, 1)).toBe(51 * MINUTE);
    expect(refreshDelay(tokenSet(HOUR), NOW + 50 * MINUTE, 0)).toBe(4 * MINUTE);
  });

  test('is nothing where expiry is past', () => {
    expect(refreshDelay(tokenSet(HOUR), NOW + 2 * HOUR, 0)).toBe(0);
  });

  test('is for ever where nothing expires, or nothing can be renewed', () => {
    const { expires_at: _at, expires_in: _in, ...eternal } = tokenSet(HOUR);
    expect(refreshDelay(eternal, NOW, 0)).toBe(Number.POSITIVE_INFINITY);
    const { refresh_token: _refresh, ...once } = tokenSet(HOUR);
    expect(refreshDelay(once, NOW, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  test('goes by what is left where the provider told no lifetime', () => {
    const { expires_in: _in, ...untold } = tokenSet(HOUR);
    expect(refreshDelay(untold, NOW, 0)).toBe(54 * MINUTE);
    expect(refreshDelay({ ...untold, expires_in: 0 }, NOW, 0)).toBe(54 * MINUTE);
  });
});

describe('when a store finds a connection due', () => {
  test('it is when its token is to be renewed', () => {
    expect(dueAt(tokenSet(HOUR), connection(), NOW)).toBe(NOW + 54 * MINUTE);
    expect(dueAt(tokenSet(HOUR), undefined, NOW)).toBe(NOW + 54 * MINUTE);
  });

  test('it is never while credentials are missing, or where nothing expires', () => {
    expect(dueAt(tokenSet(HOUR), connection({ state: 'needs_credentials' }), NOW)).toBeUndefined();
    const { expires_at: _at, expires_in: _in, ...eternal } = tokenSet(HOUR);
    expect(dueAt(eternal, connection(), NOW)).toBeUndefined();
  });

  test('it is at once where a crash interrupted the refresh of this very token', () => {
    const spent = digestOfSecret('refresh');
    const at = NOW - MINUTE;
    expect(dueAt(tokenSet(HOUR), connection({ intent: { spent, at } }), NOW)).toBe(at);
    const other = { spent: digestOfSecret('another'), at };
    expect(dueAt(tokenSet(HOUR), connection({ intent: other }), NOW)).toBe(NOW + 54 * MINUTE);
  });

  test('without a token it is the next try of a revival, or nothing', () => {
    expect(dueAt(undefined, connection({ revival: { tries: 0, nextAt: NOW + HOUR } }), NOW)).toBe(NOW + HOUR);
    expect(dueAt(undefined, connection(), NOW)).toBeUndefined();
    expect(dueAt(undefined, undefined, NOW)).toBeUndefined();
  });
});

test('a token that cannot be refreshed was not being refreshed', () => {
  const { refresh_token: _refresh, ...once } = tokenSet(HOUR);
  expect(isInterrupted(connection({ intent: { spent: digestOfSecret(''), at: NOW } }), once)).toBe(false);
  expect(isInterrupted(connection(), tokenSet(HOUR))).toBe(false);
});
