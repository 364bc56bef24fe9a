import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { recordedLog } from '../../test/support/recorded-log.ts';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import { failure, SimulatedDisk } from '../../test/support/simulated-disk.ts';
import { storeContract } from '../../test/support/store-contract.ts';
import { FileStore, type JournalSealing } from './file-store.ts';
import { encodeCommit, encodeHeader } from './journal/record.ts';
import { appOf, attemptOf, idOf, tokenOf } from '../../test/support/store-samples.ts';
import { Sealer } from './sealing.ts';

const JOURNAL = '/state/ovos-oauth/journal';
const KEY = randomBytes(32);
const SEALED: JournalSealing = { isEnabled: true, open: async () => ({ sealer: new Sealer(KEY) }) };
const TOKEN = tokenOf('secret');

function storeOn(files: SimulatedDisk, sealing?: JournalSealing, log = recordedLog()): FileStore {
  files.makeFolder('/tmp');
  return new FileStore({
    stateDir: '/state/ovos-oauth',
    cacheDir: '/cache/json_database',
    tempDir: '/tmp',
    clock: new SimulatedClock(),
    log,
    sharing: 'off',
    ...(sealing === undefined ? {} : { sealing }),
    files,
  });
}

async function openOn(files: SimulatedDisk, sealing?: JournalSealing): Promise<FileStore> {
  const store = storeOn(files, sealing);
  await store.open();
  return store;
}

/** A disk on which an app and its token were kept. */
async function written(sealing?: JournalSealing): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const store = await openOn(disk, sealing);
  await store.commit([{ op: 'put_app', app: appOf('one') }], 'synced');
  await store.commit([{ op: 'put_token', mungedId: idOf('one'), tokenSet: TOKEN }], 'synced');
  await store.close();
  return disk;
}

/** What a store finds there when it opens. */
async function contentOf(disk: SimulatedDisk, sealing?: JournalSealing): Promise<unknown> {
  const store = await openOn(disk, sealing);
  const content = { apps: await store.apps(), token: await store.token(idOf('one')) };
  await store.close();
  return content;
}

const WHOLE = { apps: [appOf('one')], token: TOKEN };

/** Everything that is on the disk, as text. */
function everything(disk: SimulatedDisk): string {
  return disk
    .paths()
    .map((path) => disk.text(path))
    .join('\n');
}

storeContract('the sealed file store', async () => {
  const disk = new SimulatedDisk();
  return { open: () => openOn(disk, SEALED), remove: async () => {} };
});

describe('a sealed journal', () => {
  test('shows a thief no token, no secret and no name', async () => {
    const disk = await written(SEALED);
    expect(everything(disk)).not.toMatch(/secret|put_|skill|https:|one/);
    expect(await contentOf(disk, SEALED)).toEqual(WHOLE);
  });

  test('is not read without its key, and not touched', async () => {
    const disk = await written(SEALED);
    const before = disk.text(JOURNAL);
    const other: JournalSealing = { ...SEALED, open: async () => ({ sealer: new Sealer(randomBytes(32)) }) };
    for (const sealing of [undefined, other]) {
      await expect(storeOn(disk, sealing).open()).rejects.toMatchObject({ code: 'store_key_unknown' });
    }
    expect(disk.text(JOURNAL)).toBe(before);
    expect(disk.openFiles).toBe(0);
  });

  test('stays sealed when it is compacted', async () => {
    const disk = await written(SEALED);
    const store = await openOn(disk, SEALED);
    for (let round = 0; round < 2_000; round += 1) {
      await store.commit(
        [{ op: 'put_attempt', attempt: attemptOf('s', { asker: 'x'.repeat(500) }) }],
        'written',
      );
    }
    await store.close();
    expect(disk.text(JOURNAL)?.length).toBeLessThan(1_000_000);
    expect(everything(disk)).not.toMatch(/secret|put_/);
    expect(await contentOf(disk, SEALED)).toEqual(WHOLE);
  });

  test('takes no line in the clear, whoever has added it, and keeps the rest', async () => {
    const disk = await written(SEALED);
    const evil = { ...appOf('one'), tokenEndpoint: 'https://evil.example/token' };
    disk.put(JOURNAL, `${disk.text(JOURNAL)}${encodeCommit([{ op: 'put_app', app: evil }])}`);
    expect(await contentOf(disk, SEALED)).toEqual(WHOLE);
  });

  test('takes no line that was changed or sealed with another key', async () => {
    const evil = { ...appOf('one'), tokenEndpoint: 'https://evil.example/token' };
    const foreign = encodeCommit([{ op: 'put_app', app: evil }], { sealer: new Sealer(randomBytes(32)) });
    const disk = await written(SEALED);
    disk.put(JOURNAL, `${disk.text(JOURNAL)}${foreign}`);
    expect(await contentOf(disk, SEALED)).toEqual(WHOLE);
  });

  test('whose first line is damaged is still read, but never in the clear', async () => {
    const disk = await written(SEALED);
    const evil = { ...appOf('one'), tokenEndpoint: 'https://evil.example/token' };
    const lines = (disk.text(JOURNAL) ?? '').split('\n').slice(1).join('\n');
    disk.put(JOURNAL, `damaged\n${lines}${encodeCommit([{ op: 'put_app', app: evil }])}`);
    expect(await contentOf(disk, SEALED)).toEqual(WHOLE);
  });
});

describe('the way between sealed and not', () => {
  test('into: the next start seals everything that was in the clear', async () => {
    const disk = await written();
    expect(disk.text(JOURNAL)).toContain('refresh secret');
    expect(await contentOf(disk, SEALED)).toEqual(WHOLE);
    expect(everything(disk)).not.toContain('secret');
    expect(await contentOf(disk, SEALED)).toEqual(WHOLE);
  });

  test('a journal in the clear is not taken without a word: somebody may have put it in the place of a sealed one', async () => {
    const warnings = async (disk: SimulatedDisk): Promise<readonly unknown[]> => {
      const log = recordedLog();
      const store = storeOn(disk, SEALED, log);
      await store.open();
      await store.close();
      return log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
    };
    const disk = await written();
    expect(await warnings(disk)).toEqual([expect.stringContaining('in the clear')]);
    expect(await warnings(disk)).toEqual([]);
    expect(await warnings(new SimulatedDisk())).toEqual([]);
  });

  test('back: with the key, and sealing switched off, everything is in the clear again', async () => {
    const disk = await written(SEALED);
    expect(await contentOf(disk, { ...SEALED, isEnabled: false })).toEqual(WHOLE);
    expect(disk.text(JOURNAL)).toMatch(/^[\da-f]{8} {"journal":1}\n/);
    expect(await contentOf(disk)).toEqual(WHOLE);
  });

  test('to another key: the next start seals everything with the new one, and the old one opens nothing', async () => {
    const disk = await written(SEALED);
    const next = randomBytes(32);
    expect(
      await contentOf(disk, { ...SEALED, open: async () => ({ sealer: new Sealer(next, [KEY]) }) }),
    ).toEqual(WHOLE);
    expect(await contentOf(disk, { ...SEALED, open: async () => ({ sealer: new Sealer(next) }) })).toEqual(
      WHOLE,
    );
    await expect(storeOn(disk, SEALED).open()).rejects.toMatchObject({ code: 'store_key_unknown' });
  });

  test('a power cut in the middle leaves the one or the other, and never half of it', async () => {
    const steps = (await written()).afterKill();
    for (let step = 1; step < 40; step += 1) {
      const disk = steps.afterKill();
      const store = storeOn(disk, SEALED);
      disk.onStep = (now) => {
        if (now >= step) throw failure('EIO', JOURNAL);
      };
      await store.open().catch(() => {});
      const cut = disk.afterPowerCut((below) => step % below);
      expect([step, await contentOf(cut, SEALED)]).toEqual([step, WHOLE]);
    }
  });

  test('the salt of a passphrase is kept in the first line', async () => {
    const salts: Array<string | undefined> = [];
    const sealing: JournalSealing = {
      isEnabled: true,
      open: async (salt) => {
        salts.push(salt);
        return { sealer: new Sealer(KEY), salt: salt ?? 'fresh' };
      },
    };
    const disk = await written(sealing);
    expect(await contentOf(disk, sealing)).toEqual(WHOLE);
    expect(salts).toEqual([undefined, 'fresh']);
    expect(disk.text(JOURNAL)).toContain(encodeHeader({ sealer: new Sealer(KEY), salt: 'fresh' }));
  });
});
