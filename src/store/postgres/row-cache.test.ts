import { beforeEach, describe, expect, test } from 'vitest';
import { idOf } from '../../../test/support/store-samples.ts';
import { lookupDigest } from '../token-digest.ts';
import type { ConnectionRow } from './connection-rows.ts';
import { RowCache } from './row-cache.ts';

const ID = idOf('one');
const KEY = lookupDigest(ID);
let cache: RowCache;

beforeEach(() => {
  cache = new RowCache();
});

function rowOf(version: number, mungedId = ID): ConnectionRow {
  return { id: '1', mungedId, visibility: 'all', version };
}

/** As a read of the database does. */
function read(row: ConnectionRow | undefined, meanwhile = (): void => {}, isHeard = true): void {
  cache.reading(row?.mungedId ?? ID);
  meanwhile();
  cache.read(row?.mungedId ?? ID, row, isHeard);
}

describe('a row in memory', () => {
  test('is fresh until another version is told of', () => {
    read(rowOf(1));
    expect(cache.fresh(ID)).toEqual(rowOf(1));
    cache.changed(KEY, 1);
    expect(cache.fresh(ID)).toEqual(rowOf(1));
    cache.changed(KEY, 2);
    expect(cache.fresh(ID)).toBeUndefined();
    expect(cache.last(ID)).toEqual(rowOf(1));
  });

  test('is not fresh where a newer version was told of while it was read', () => {
    read(rowOf(1), () => cache.changed(KEY, 2));
    expect(cache.fresh(ID)).toBeUndefined();
    read(rowOf(2), () => cache.changed(KEY, 2));
    expect(cache.fresh(ID)).toEqual(rowOf(2));
  });

  test('is not fresh where the connection that tells was lost while it was read', () => {
    read(rowOf(1), () => cache.allStale());
    expect(cache.fresh(ID)).toBeUndefined();
  });

  test('is not fresh where nothing is told', () => {
    read(rowOf(1), undefined, false);
    expect(cache.fresh(ID)).toBeUndefined();
    expect(cache.last(ID)).toEqual(rowOf(1));
  });

  test('does not come back by a read that began before a commit of this process', () => {
    read(rowOf(1), () => cache.committed(ID, rowOf(2), true));
    expect(cache.fresh(ID)).toBeUndefined();
    read(rowOf(1), () => cache.committed(ID, undefined, true));
    expect(cache.fresh(ID)).toBeUndefined();
  });

  test('is forgotten when it is gone', () => {
    read(rowOf(1));
    read(undefined);
    expect(cache.last(ID)).toBeUndefined();
  });

  test('gives way to others that were asked for later', () => {
    for (let index = 0; index < 1_000; index += 1) read(rowOf(1, idOf(`other ${index}`)));
    expect(cache.fresh(idOf('other 0'))).toBeDefined();
    read(rowOf(1));
    expect(cache.rows()).toHaveLength(1_000);
    expect(cache.last(idOf('other 0'))).toBeDefined();
    expect(cache.last(idOf('other 1'))).toBeUndefined();
  });
});
