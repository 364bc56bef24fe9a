import { beforeEach, describe, expect, test } from 'vitest';
import { recordedLog } from '../../test/support/recorded-log.ts';
import { seededNumbers } from '../../test/support/seeded-random.ts';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import { failure, SimulatedDisk } from '../../test/support/simulated-disk.ts';
import { asBrokerError } from '../errors.ts';
import { FileStore } from '../store/file-store.ts';
import { appOf, connectionOf, tokenOf } from '../../test/support/store-samples.ts';
import type { Contents } from './contents.ts';
import { exportArchive, openArchive } from './move.ts';

const APP = appOf('one');
const ID = APP.mungedId;
const ARCHIVE = '/stick/archive';
const PASSPHRASE = 'correct horse battery staple';

async function openStore(disk: SimulatedDisk): Promise<FileStore> {
  const store = new FileStore({
    stateDir: '/state',
    cacheDir: '/cache',
    tempDir: '/tmp',
    clock: new SimulatedClock(),
    log: recordedLog(),
    files: disk,
  });
  await store.open();
  return store;
}

/** A device that is signed in. */
async function device(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  for (const folder of ['/tmp', '/stick']) {
    disk.makeFolder(folder);
    await disk.syncFolder('/');
  }
  const store = await openStore(disk);
  await store.commit(
    [
      { op: 'put_app', app: APP },
      { op: 'put_token', mungedId: ID, tokenSet: tokenOf('a') },
      { op: 'put_connection', connection: connectionOf('one') },
    ],
    'synced',
  );
  await store.close();
  return disk;
}

async function exportFrom(disk: SimulatedDisk, kind: 'move' | 'copy' = 'move'): Promise<void> {
  const store = await openStore(disk);
  try {
    await exportArchive({
      store,
      files: disk,
      clock: new SimulatedClock(),
      path: ARCHIVE,
      passphrase: PASSPHRASE,
      kind,
      cost: { n: 16, r: 1, p: 1 },
    });
  } finally {
    await store.close();
  }
}

async function archiveOn(disk: SimulatedDisk): Promise<Contents | undefined> {
  try {
    return await openArchive(disk, ARCHIVE, PASSPHRASE);
  } catch {
    return undefined;
  }
}

/** Whether the device would go on refreshing. */
async function isInUse(disk: SimulatedDisk): Promise<boolean> {
  const store = await openStore(disk);
  const tokenSet = await store.token(ID);
  const kept = await store.quarantined(ID);
  await store.close();
  expect(tokenSet ?? kept[0]?.tokenSet).toEqual(tokenOf('a'));
  return tokenSet !== undefined;
}

let disk: SimulatedDisk;
beforeEach(async () => {
  disk = await device();
});

describe('an export', () => {
  test('that is a move ends the use of the sign-ins here, in the shared files as well', async () => {
    await exportFrom(disk);
    expect((await archiveOn(disk))?.tokens.get(ID)).toEqual(tokenOf('a'));
    expect(disk.stat(ARCHIVE)?.mode).toBe(0o600);
    expect(disk.text('/cache/ovos_oauth.json')).toBe('{}');
    const store = await openStore(disk);
    expect(await store.connection(ID)).toMatchObject({ state: 'disconnected', reason: 'moved' });
    await store.close();
    expect(await isInUse(disk)).toBe(false);
  });

  test('that is a copy changes nothing here', async () => {
    const before = disk.text('/state/journal');
    await exportFrom(disk, 'copy');
    expect(await archiveOn(disk)).toMatchObject({ kind: 'copy' });
    expect(disk.text('/state/journal')).toBe(before);
  });

  test('does not write over a file, and changes nothing then', async () => {
    disk.put(ARCHIVE, 'an older archive');
    await expect(exportFrom(disk)).rejects.toMatchObject({
      code: 'archive_exists',
      details: { path: ARCHIVE },
    });
    expect(disk.text(ARCHIVE)).toBe('an older archive');
    expect(await isInUse(disk)).toBe(true);
  });

  test.each(['write', 'sync', 'syncFolder'] as const)(
    'to a disk that fails at %s leaves no archive and changes nothing',
    async (operation) => {
      disk.onStep = (_step, step, path) => {
        if (step === operation && path.startsWith('/stick')) throw failure('ENOSPC', path);
      };
      await expect(exportFrom(disk)).rejects.toMatchObject({ code: 'archive_unwritable' });
      disk.onStep = () => {};
      expect(disk.text(ARCHIVE)).toBeUndefined();
      expect(await isInUse(disk)).toBe(true);
    },
  );

  test('says so where the archive is whole and the device could not be told', async () => {
    let isFull = false;
    disk.onStep = (_step, operation, path) => {
      if (path.startsWith('/stick')) isFull = true;
      if (isFull && operation === 'write' && path.startsWith('/state')) throw failure('ENOSPC', path);
    };
    await expect(exportFrom(disk)).rejects.toMatchObject({
      code: 'move_unfinished',
      details: { path: ARCHIVE },
    });
    disk.onStep = () => {};
    expect(await archiveOn(disk)).toBeDefined();
    expect(await isInUse(disk)).toBe(true);
  });

  test('takes in what a Python program refreshes while the seal is made', async () => {
    const store = await openStore(disk);
    const exporting = exportArchive({
      store,
      files: disk,
      clock: new SimulatedClock(),
      path: ARCHIVE,
      passphrase: PASSPHRASE,
      kind: 'move',
      cost: { n: 2 ** 14, r: 8, p: 1 },
    });
    disk.put('/cache/ovos_oauth.json', JSON.stringify({ [ID]: tokenOf('b') }));
    await store.reread(ID);
    await exporting;
    await store.close();
    expect((await archiveOn(disk))?.tokens.get(ID)).toEqual(tokenOf('b'));
  });

  test('takes in what a Python program refreshes while the archive is written', async () => {
    disk.onStep = (_step, operation, path) => {
      if (operation !== 'syncFolder' || !path.startsWith('/stick')) return;
      disk.onStep = () => {};
      disk.put('/cache/ovos_oauth.json', JSON.stringify({ [ID]: tokenOf('b') }));
    };
    await exportFrom(disk);
    expect((await archiveOn(disk))?.tokens.get(ID)).toEqual(tokenOf('b'));
  });

  test('that is killed or loses its power at any step never loses the sign-in', async () => {
    const steps = await stepsOfExport();
    expect(steps).toBeGreaterThan(20);
    const random = seededNumbers(5);
    const seen = { archive: 0, device: 0, both: 0 };
    for (let step = 1; step <= steps; step += 1) {
      for (const end of ['killed', 'without power', 'without power', 'without power'] as const) {
        const stopped = await stoppedAt(step);
        const after =
          end === 'killed'
            ? stopped.afterKill()
            : stopped.afterPowerCut((below) => Math.floor(random() * below));
        after.makeFolder('/tmp');
        after.makeFolder('/stick');
        const isArchived = (await archiveOn(after)) !== undefined;
        const isHere = await isInUse(after);
        expect(isArchived || isHere).toBe(true);
        seen[isArchived && isHere ? 'both' : isArchived ? 'archive' : 'device'] += 1;
      }
    }
    expect(Math.min(seen.archive, seen.device, seen.both)).toBeGreaterThan(0);
  });
});

async function stepsOfExport(): Promise<number> {
  const disk = await device();
  const before = disk.steps;
  await exportFrom(disk);
  return disk.steps - before;
}

/** The disk of a device on which nothing works from a step of the export on. */
async function stoppedAt(step: number): Promise<SimulatedDisk> {
  const disk = await device();
  const last = disk.steps + step;
  disk.onStep = (now, _operation, path) => {
    if (now >= last) throw failure('EIO', path);
  };
  // Those that come after the commit are not the export's any longer, which then succeeds.
  await exportFrom(disk).catch((error: unknown) => {
    if (!/^(?:archive|store|move)_/.test(asBrokerError(error).code)) throw error;
  });
  return disk;
}
