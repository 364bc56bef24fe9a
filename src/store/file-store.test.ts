import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { failure, SimulatedDisk } from '../../test/support/simulated-disk.ts';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import { recordedLog } from '../../test/support/recorded-log.ts';
import { storeContract } from '../../test/support/store-contract.ts';
import { FileStore } from './file-store.ts';
import { encodeCommit, encodeHeader } from './journal/record.ts';
import { appOf, attemptOf, idOf, tokenOf } from '../../test/support/store-samples.ts';

const JOURNAL = '/state/ovos-oauth/journal';
const TOKENS = '/cache/json_database/ovos_oauth.json';
const APPS = '/cache/json_database/ovos_oauth_apps.json';

function storeOn(files: SimulatedDisk, clock = new SimulatedClock()): FileStore {
  files.makeFolder('/tmp');
  return new FileStore({
    stateDir: '/state/ovos-oauth',
    cacheDir: '/cache/json_database',
    tempDir: '/tmp',
    clock,
    log: recordedLog(),
    files,
  });
}

async function openOn(files: SimulatedDisk, clock?: SimulatedClock): Promise<FileStore> {
  const store = storeOn(files, clock);
  await store.open();
  return store;
}

storeContract('the file store', async () => {
  const disk = new SimulatedDisk();
  return { open: () => openOn(disk), remove: async () => {} };
});

describe('the file store', () => {
  test('a second one on the same folder is refused and does no harm to the first', async () => {
    const disk = new SimulatedDisk();
    const first = await openOn(disk);
    await expect(storeOn(disk).open()).rejects.toMatchObject({
      code: 'store_locked',
      details: { path: '/state/ovos-oauth' },
    });
    await first.commit([{ op: 'put_app', app: appOf('one') }], 'synced');
    await first.close();
    const next = await openOn(disk);
    expect(await next.apps()).toEqual([appOf('one')]);
    await next.close();
  });

  test('a folder that can not be written is named, and nothing is left open', async () => {
    const disk = new SimulatedDisk();
    disk.onStep = (_step, operation, path) => {
      if (operation === 'open' && path.startsWith('/state')) throw failure('EACCES', path);
    };
    await expect(storeOn(disk).open()).rejects.toMatchObject({
      code: 'store_unwritable',
      details: { path: '/state/ovos-oauth' },
    });
    expect(disk.openFiles).toBe(0);
  });

  test('the folder and the files in it are for their owner only', async () => {
    const disk = new SimulatedDisk();
    disk.makeFolder('/state/ovos-oauth');
    disk.chmod('/state/ovos-oauth', 0o755);
    const store = await openOn(disk);
    await store.commit([{ op: 'put_token', mungedId: idOf('one'), tokenSet: tokenOf('a') }], 'synced');
    expect(disk.stat('/state/ovos-oauth')?.mode).toBe(0o700);
    for (const path of [JOURNAL, '/state/ovos-oauth/lock', TOKENS]) expect(disk.stat(path)?.mode).toBe(0o600);
    await store.close();
  });

  test('a full disk refuses a commit, keeps what was there and takes the next one when there is room', async () => {
    const disk = new SimulatedDisk();
    const store = await openOn(disk);
    await store.commit([{ op: 'put_app', app: appOf('one') }], 'synced');
    const before = disk.text(JOURNAL);
    disk.onStep = (_step, operation, path) => {
      if (operation === 'write') throw failure('ENOSPC', path);
    };
    await expect(store.commit([{ op: 'put_app', app: appOf('two') }], 'synced')).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    expect(await store.apps()).toEqual([appOf('one')]);
    expect(disk.text(JOURNAL)).toBe(before);

    disk.onStep = () => {};
    await store.commit([{ op: 'put_app', app: appOf('three') }], 'synced');
    await store.close();
    const reopened = await openOn(disk);
    expect(await reopened.apps()).toEqual([appOf('one'), appOf('three')]);
    await reopened.close();
  });

  test('a disk that does not confirm refuses the commit, and what it may have kept does not come back', async () => {
    const disk = new SimulatedDisk();
    const store = await openOn(disk);
    await store.commit([{ op: 'put_app', app: appOf('one') }], 'synced');
    disk.onStep = (_step, operation, path) => {
      if (operation === 'dataSync') throw failure('EIO', path);
    };
    await expect(store.commit([{ op: 'put_app', app: appOf('two') }], 'synced')).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    disk.onStep = () => {};
    await store.commit([{ op: 'put_app', app: appOf('three') }], 'synced');
    const reopened = await openOn(disk.afterPowerCut(() => 0));
    expect(await reopened.apps()).toEqual([appOf('one'), appOf('three')]);
    await reopened.close();
    await store.close();
  });

  test('a claim that can not be written leaves the attempt for the next caller', async () => {
    const disk = new SimulatedDisk();
    const store = await openOn(disk);
    await store.commit([{ op: 'put_attempt', attempt: attemptOf('state') }], 'written');
    let failures = 1;
    disk.onStep = (_step, operation, path) => {
      if (operation !== 'write' || failures === 0) return;
      failures -= 1;
      throw failure('ENOSPC', path);
    };
    const claims = await Promise.allSettled([store.claimAttempt('state', 1), store.claimAttempt('state', 2)]);
    expect(claims).toMatchObject([
      { status: 'rejected', reason: { code: 'store_unavailable' } },
      { status: 'fulfilled', value: { status: 'claimed' } },
    ]);
    await store.close();
  });

  test('a removed state folder is made again with everything in it', async () => {
    const disk = new SimulatedDisk();
    const store = await openOn(disk);
    await store.commit([{ op: 'put_app', app: appOf('one') }], 'synced');
    for (const path of disk.paths().toReversed()) if (path.startsWith('/state')) disk.remove(path);
    await store.commit([{ op: 'put_app', app: appOf('two') }], 'synced');
    const reopened = await openOn(disk.afterPowerCut(() => 0));
    expect(await reopened.apps()).toEqual([appOf('one'), appOf('two')]);
    await reopened.close();
    await store.close();
  });

  test('a journal of a newer version is refused and left as it is', async () => {
    const disk = new SimulatedDisk();
    await (await openOn(disk)).close();
    const newer = `${crc32('{"journal":3}').toString(16).padStart(8, '0')} {"journal":3}\n`;
    disk.put(JOURNAL, newer);
    await expect(storeOn(disk).open()).rejects.toMatchObject({
      code: 'store_newer',
      details: { path: JOURNAL },
    });
    expect(disk.text(JOURNAL)).toBe(newer);
  });

  test('commits asked for at once share one write, one sync and one rewrite of the shared file', async () => {
    const disk = new SimulatedDisk();
    const store = await openOn(disk);
    const steps: string[] = [];
    disk.onStep = (_step, operation, path) => {
      if (['write', 'dataSync', 'rename'].includes(operation)) steps.push(`${operation} ${path}`);
    };
    await Promise.all(
      Array.from({ length: 900 }, (_, index) =>
        store.commit([{ op: 'put_app', app: appOf(String(index)) }], 'synced'),
      ),
    );
    expect(steps).toEqual([
      `write ${JOURNAL}`,
      `dataSync ${JOURNAL}`,
      `write ${APPS}.ovos-oauth`,
      `rename ${APPS}`,
    ]);
    await store.close();
  });

  test('attempts wait for no disk and touch no shared file', async () => {
    const disk = new SimulatedDisk();
    const store = await openOn(disk);
    const steps: string[] = [];
    disk.onStep = (_step, operation, path) => steps.push(`${operation} ${path}`);
    await store.commit([{ op: 'put_attempt', attempt: attemptOf('state') }], 'written');
    await store.claimAttempt('state', 1);
    expect(steps).toEqual([`write ${JOURNAL}`, `write ${JOURNAL}`]);
    await store.close();
  });

  test('nothing but its own files is left after it is closed', async () => {
    const disk = new SimulatedDisk();
    disk.put('/state/x', '');
    const store = await openOn(disk);
    await store.commit([{ op: 'put_token', mungedId: idOf('one'), tokenSet: tokenOf('a') }], 'synced');
    await store.close();
    expect(disk.openFiles).toBe(0);
    expect(disk.list('/state/ovos-oauth')).toEqual(['lock', 'journal']);
    expect(disk.list('/cache/json_database')).toEqual(['ovos_oauth.json']);
  });

  test('what a crash left half made is removed when it opens', async () => {
    const disk = new SimulatedDisk();
    await (await openOn(disk)).close();
    disk.put(`${JOURNAL}.new-1234`, 'half');
    disk.put(`${TOKENS}.ovos-oauth`, 'half');
    await (await openOn(disk)).close();
    expect(disk.paths().filter((path) => /new-|\.ovos-oauth$/.test(path))).toEqual([]);
  });

  test('a journal that has grown is compacted without losing what is committed meanwhile', async () => {
    const disk = new SimulatedDisk();
    const store = await openOn(disk);
    let largest = 0;
    for (let round = 0; round < 80; round += 1) {
      await Promise.all(
        Array.from({ length: 25 }, (_, index) =>
          store.commit(
            [{ op: 'put_app', app: { ...appOf(String(index)), scope: `round ${round}` } }],
            'synced',
          ),
        ),
      );
      largest = Math.max(largest, disk.text(JOURNAL)?.length ?? 0);
    }
    expect(disk.text(JOURNAL)?.length).toBeLessThan(largest);
    await store.close();
    const reopened = await openOn(disk);
    expect((await reopened.apps()).map(({ scope }) => scope)).toEqual(
      Array.from({ length: 25 }, () => 'round 79'),
    );
    await reopened.close();
  });

  test('a compaction that nothing follows is durable all the same', async () => {
    const disk = new SimulatedDisk();
    disk.makeFolder('/state/ovos-oauth');
    const lines = Array.from({ length: 2_000 }, (_, round) =>
      encodeCommit([{ op: 'put_app', app: { ...appOf('one'), scope: `round ${round}` } }]),
    );
    disk.put(JOURNAL, encodeHeader() + lines.join(''));
    for (const folder of ['/', '/state']) await disk.syncFolder(folder);
    await disk.syncFolder('/state/ovos-oauth');
    const store = await openOn(disk);
    await expect.poll(() => disk.text(JOURNAL)?.length).toBeLessThan(10_000);
    await expect.poll(() => disk.paths().filter((path) => path.includes('.new-'))).toEqual([]);
    const recovered = await openOn(disk.afterPowerCut(() => 0));
    expect(await recovered.app(appOf('one').mungedId)).toMatchObject({ scope: 'round 1999' });
    await recovered.close();
    await store.close();
  });

  test('an ended attempt is known for ten minutes after its expiry and then forgotten', async () => {
    const disk = new SimulatedDisk();
    const clock = new SimulatedClock();
    const store = await openOn(disk, clock);
    const end = { at: clock.now(), outcome: 'connected' } as const;
    await store.commit([{ op: 'put_attempt', attempt: attemptOf('state', { end }) }], 'written');
    const fill = async (): Promise<void> => {
      for (let index = 0; index < 800; index += 1) {
        await store.commit(
          [{ op: 'put_app', app: { ...appOf('one'), scope: `${clock.now()} ${index}` } }],
          'written',
        );
      }
    };
    await clock.advance(600_000 + 599_000);
    await fill();
    expect(await store.attempt('state')).toBeDefined();
    await clock.advance(2_000);
    await fill();
    expect(await store.attempt('state')).toBeUndefined();
    await store.close();
  });
});
