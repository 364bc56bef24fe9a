import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { SimulatedDisk } from '../../../test/support/simulated-disk.ts';
import { SharedLock } from './shared-lock.ts';

let disk: SimulatedDisk;
let ours: SharedLock;
/** Another process has another open file on the same lock. */
let theirs: SharedLock;

beforeEach(() => {
  disk = new SimulatedDisk();
  disk.makeFolder('/tmp');
  ours = new SharedLock(disk, '/tmp/tokens.lock');
  theirs = new SharedLock(disk, '/tmp/tokens.lock');
});

/** Notes what happens, in order. */
function noted(): { readonly events: string[]; readonly note: (event: string) => () => void } {
  const events: string[] = [];
  return { events, note: (event) => () => void events.push(event) };
}

describe('a lock that is kept', () => {
  test('keeps others out while our own work goes on', async () => {
    const { events, note } = noted();
    const letGo = await ours.keep(60_000);
    const waiting = theirs.hold(note('theirs'));
    await ours.hold(note('ours'));
    await sleep(30);
    note('let go')();
    letGo();
    await waiting;
    expect(events).toEqual(['ours', 'let go', 'theirs']);
    expect(disk.openFiles).toBe(0);
  });

  test('is given up after its time, whatever its keeper does', async () => {
    const letGo = await ours.keep(20);
    await theirs.hold(() => {});
    letGo();
    expect(disk.openFiles).toBe(0);
  });

  test('is kept until the last of its keepers has let go, and each only counts once', async () => {
    const { events, note } = noted();
    const [first, second] = await Promise.all([ours.keep(60_000), ours.keep(60_000)]);
    const waiting = theirs.hold(note('theirs'));
    first();
    first();
    await sleep(30);
    note('second')();
    second();
    await waiting;
    expect(events).toEqual(['second', 'theirs']);
  });

  test('is not kept again before those who wait have had their turn', async () => {
    const { events, note } = noted();
    const letGo = await ours.keep(60_000);
    const waiting = theirs.hold(note('theirs'));
    letGo();
    const again = ours.keep(60_000);
    void again.then(note('ours'));
    await waiting;
    (await again)();
    expect(events).toEqual(['theirs', 'ours']);
  });

  test('is not left locked when its keeper went away before it could be had', async () => {
    const letTheirsGo = await theirs.keep(60_000);
    const waiting = ours.keep(60_000).then((open) => open());
    await sleep(10);
    letTheirsGo();
    await waiting;
    await theirs.hold(() => {});
    expect(disk.openFiles).toBe(0);
  });

  test('that others have is not waited for after the end', async () => {
    const letGo = await theirs.keep(60_000);
    const waiting = ours.keep(60_000);
    ours.giveUp();
    await expect(waiting).rejects.toThrow('aborted');
    letGo();
    expect(disk.openFiles).toBe(0);
  });
});
