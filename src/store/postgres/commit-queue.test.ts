import { beforeEach, describe, expect, test } from 'vitest';
import type { Change } from '../port.ts';
import { idOf } from '../../../test/support/store-samples.ts';
import { CommitQueue } from './commit-queue.ts';

const change = (name: string): Change => ({ op: 'delete_token', mungedId: idOf(name) });
const nameOf = (one: Change): string => ('mungedId' in one ? one.mungedId : '');

let performed: string[];
let queue: CommitQueue;

beforeEach(() => {
  performed = [];
  queue = new CommitQueue(async (changes) => {
    await new Promise((resolve) => setImmediate(resolve));
    const names = changes.map(nameOf);
    if (names.includes('bad')) throw new Error('bad');
    performed.push(names.join(' '));
  });
});

describe('commits', () => {
  test('that come while one is under way share a transaction, in their order', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => queue.commit([change(name)])));
    expect(performed).toEqual(['a', 'b c d']);
  });

  test('go on after a pause', async () => {
    await queue.commit([change('a')]);
    await queue.commit([change('b')]);
    await queue.commit([change('c')]);
    expect(performed).toEqual(['a', 'b', 'c']);
  });

  test('do not suffer from one that is refused', async () => {
    const results = await Promise.allSettled(
      ['a', 'b', 'bad', 'c'].map((name) => queue.commit([change(name)])),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(performed).toEqual(['a', 'b', 'c']);
  });

  test('are all settled when the queue is idle', async () => {
    void queue.commit([change('a')]);
    void queue.commit([change('b')]);
    await queue.idle();
    expect(performed).toEqual(['a', 'b']);
  });
});
