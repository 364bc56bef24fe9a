import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { isJsonObject, type JsonObject } from '../../src/json.ts';
import { storeContract } from '../support/store-contract.ts';
import { FileStore } from '../../src/store/file-store.ts';
import { openNodeFiles } from '../../src/store/node-files.ts';
import { decodeFile, encodeEntry, encodeFile, encodeMember } from '../../src/store/ovos-files/codec.ts';
import { SharedLock } from '../../src/store/ovos-files/shared-lock.ts';
import { appOf, idOf, tokenOf } from '../support/store-samples.ts';
import { endChild } from '../support/child.ts';
import { createOvosHome, type OvosHome } from '../support/ovos-home.ts';
import { supportScript, venvPython } from '../support/python-venv.ts';
import { recordedLog } from '../support/recorded-log.ts';

const WRITERS = 8;
const OPERATIONS = 1_000;

let home: OvosHome;
let log: ReturnType<typeof recordedLog>;
const children: ChildProcess[] = [];
const stores: FileStore[] = [];

beforeEach(async () => {
  home = await createOvosHome();
  log = recordedLog();
});

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => endChild(child, 'SIGKILL')));
  await Promise.all(stores.splice(0).map((store) => store.close()));
  await home.remove();
});

function storeAt(at: OvosHome): FileStore {
  return new FileStore({
    stateDir: join(at.stateDir, 'mycroft', 'ovos-oauth'),
    cacheDir: at.databaseDir,
    tempDir: at.tempDir,
    clock: systemClock,
    log,
  });
}

async function openStore(): Promise<FileStore> {
  const store = storeAt(home);
  stores.push(store);
  await store.open();
  return store;
}

interface PythonProgram {
  /** The next line it says, parsed. */
  next(): Promise<unknown>;
  /** Every line it says until it ends. */
  rest(): Promise<unknown[]>;
  /** Writes to its standard input and ends that. */
  end(text?: string): void;
}

function python(...args: string[]): PythonProgram {
  const child = spawn(venvPython(), [supportScript('python/ovos_files.py'), ...args], {
    env: home.env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    return line.done === true ? undefined : JSON.parse(line.value);
  };
  return {
    next,
    async rest() {
      const all: unknown[] = [];
      for (let line = await next(); line !== undefined; line = await next()) all.push(line);
      if (child.exitCode === null) await once(child, 'exit');
      expect(child.exitCode).toBe(0);
      return all;
    },
    end: (text = '') => child.stdin.end(text),
  };
}

async function shared(name = 'ovos_oauth.json'): Promise<Record<string, JsonObject>> {
  return JSON.parse(await readFile(join(home.databaseDir, name), 'utf8')) as Record<string, JsonObject>;
}

storeContract('the file store on a real disk', async () => {
  const place = await createOvosHome();
  return {
    async open() {
      const store = storeAt(place);
      await store.open();
      return store;
    },
    remove: () => place.remove(),
  };
});

describe('the files that Python programs share', () => {
  test('are written byte for byte as Python writes them', async () => {
    const values = fc.sample(
      fc.dictionary(
        fc.string({ unit: 'grapheme' }),
        fc.oneof(
          fc.jsonValue({ stringUnit: 'grapheme' }),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.double({ min: 1_700_000_000, max: 1_900_000_000, noNaN: true }),
          fc.double({ min: -1e-3, max: 1e-3, noNaN: true }),
        ),
        { maxKeys: 5 },
      ),
      { numRuns: 500, seed: 7 },
    );
    const entries = values.map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
    const program = python('dump');
    program.end(entries.map((entry) => `${JSON.stringify({ id: entry })}\n`).join(''));
    const written = await program.rest();
    const ours = entries.map((entry) => encodeFile([encodeMember('id', encodeEntry(entry))]).toString());
    expect(written).toHaveLength(500);
    expect(ours).toEqual(written);
    // What Python wrote and nobody changed stays as it is.
    const again = written.map((text) =>
      encodeFile(
        [...decodeFile(Buffer.from(String(text)))].map(([key, entry]) => encodeMember(key, entry.text)),
      ).toString(),
    );
    expect(again).toEqual(written);
  });

  test('are the same after Python has loaded and stored them', async () => {
    const store = await openStore();
    const tokenSet = { ...tokenOf('a'), expires_at: 1_766_500_000.123, name: 'Grüße 🎵', list: [], more: {} };
    await store.commit(
      [
        { op: 'put_app', app: { ...appOf('one'), clientSecret: null, scope: null } },
        { op: 'put_token', mungedId: idOf('one'), tokenSet },
      ],
      'synced',
    );
    const paths = ['ovos_oauth.json', 'ovos_oauth_apps.json'].map((name) => join(home.databaseDir, name));
    const before = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
    await python('rewrite').rest();
    expect(await Promise.all(paths.map((path) => readFile(path, 'utf8')))).toEqual(before);
  });

  test('take in an app that a Python tool adds', async () => {
    const store = await openStore();
    await store.commit([{ op: 'put_app', app: appOf('one') }], 'synced');
    await python('add_application', 'skill_tool').rest();
    await expect
      .poll(() => store.app(idOf('skill_tool')))
      .toMatchObject({
        clientId: 'client of a tool',
        clientSecret: null,
        credentialsFrom: 'file',
        scope: 'réad',
        shellIntegration: false,
      });
    expect(Object.keys(await shared('ovos_oauth_apps.json'))).toEqual([appOf('one').mungedId, 'skill_tool']);
  });

  test(`lose nothing while ${WRITERS} Python programs write, ${OPERATIONS} operations in all`, async () => {
    const store = await openStore();
    const newest = new Map<string, number>();
    const commit = async (name: string, version: number): Promise<void> => {
      await store.commit(
        [{ op: 'put_token', mungedId: idOf(name), tokenSet: tokenOf(`${name} ${version}`) }],
        'synced',
      );
      newest.set(name, version);
    };
    await commit('mine0', 0);
    const reader = python('read');
    const writers = Array.from({ length: WRITERS }, (_, index) =>
      python('write', `writer${index}`, String(OPERATIONS / WRITERS)),
    );
    const written = new AbortController();
    const committing = (async () => {
      for (let version = 1; !written.signal.aborted; version += 1) {
        await commit(`mine${version % 20}`, version);
        await sleep(3);
      }
    })();
    const reports = await Promise.all(writers.map((writer) => writer.rest()));
    written.abort();
    await committing;
    reader.end();

    const ours = Object.fromEntries(
      [...newest].map(([name, version]) => [name, tokenOf(`${name} ${version}`)]),
    );
    const theirs = Object.assign({}, ...reports.map((lines) => ownOf(lines.at(-1)))) as JsonObject;
    expect(reports.flatMap((lines) => lines.slice(0, -1))).toEqual([]);
    await expect
      .poll(async () => ({ ...(await shared()), ...ours }), { timeout: 5_000 })
      .toEqual(await shared());
    expect(await shared()).toMatchObject({ ...ours, ...theirs });
    for (const [name, tokenSet] of Object.entries(ours))
      expect(await store.token(idOf(name))).toEqual(tokenSet);
    expect(await reader.rest()).toMatchObject([{ failures: [] }]);
    expect(log.lines.filter(({ level }) => level !== 'info')).toEqual([]);
  }, 300_000);

  test('can be read by their owner only, and no temporary file stays', async () => {
    const store = await openStore();
    await store.commit([{ op: 'put_token', mungedId: idOf('one'), tokenSet: tokenOf('a') }], 'synced');
    expect((await stat(join(home.databaseDir, 'ovos_oauth.json'))).mode & 0o777).toBe(0o600);
    expect(await readdir(home.databaseDir)).toEqual(['ovos_oauth.json']);
  });

  test('are there again when the whole cache folder was removed', async () => {
    const store = await openStore();
    await store.commit([{ op: 'put_token', mungedId: idOf('one'), tokenSet: tokenOf('a') }], 'synced');
    await rm(home.databaseDir, { recursive: true, maxRetries: 5 });
    await expect.poll(() => shared().catch(() => undefined)).toEqual({ one: tokenOf('a') });
    await mkdir(home.databaseDir, { recursive: true });
    await sleep(100);
    // The new folder is watched as the old one was.
    await writeFile(join(home.databaseDir, 'ovos_oauth.json'), JSON.stringify({ one: tokenOf('b') }));
    await expect.poll(() => store.token(idOf('one'))).toEqual(tokenOf('b'));
  });
});

describe('the lock of the shared files', () => {
  test('that a Python program holds keeps us out until it lets go', async () => {
    const store = await openStore();
    const holder = python('hold', '0.5');
    expect(await holder.next()).toBe('held');
    const committed = store.commit(
      [{ op: 'put_token', mungedId: idOf('one'), tokenSet: tokenOf('a') }],
      'synced',
    );
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 5);
    expect(await Promise.race([committed.then(() => 'committed'), holder.next()])).toBe('released');
    clearInterval(turning);
    await committed;
    // Nothing was blocked meanwhile.
    expect(turns).toBeGreaterThan(0);
    expect(await shared()).toEqual({ one: tokenOf('a') });
  });

  test('that we hold keeps Python programs out', async () => {
    const files = await openNodeFiles();
    const path = join(home.tempDir, 'ovos_oauth.json.lock');
    expect(await python('try_lock').next()).toBe(true);
    const fd = files.open(path, 2);
    expect(files.tryLock(fd)).toBe(true);
    expect(await python('try_lock').next()).toBe(false);
    files.close(fd);
    expect(await python('try_lock').next()).toBe(true);
  });

  test('is made for every user, is never removed and stays the same file', async () => {
    const path = join(home.tempDir, 'ovos_oauth.json.lock');
    const umask = process.umask(0o077);
    try {
      const lock = new SharedLock(await openNodeFiles(), path);
      await lock.hold(() => {});
      const { ino, mode } = await stat(path);
      expect(mode & 0o777).toBe(0o666);
      await lock.hold(() => {});
      expect((await stat(path)).ino).toBe(ino);
    } finally {
      process.umask(umask);
    }
  });

  test('is not followed where it is a link that somebody planted', async () => {
    const path = join(home.tempDir, 'ovos_oauth.json.lock');
    const victim = join(home.dir, 'victim');
    await symlink(victim, path);
    const store = await openStore();
    await store.commit([{ op: 'put_token', mungedId: idOf('one'), tokenSet: tokenOf('a') }], 'synced');
    expect(await stat(victim).catch(() => undefined)).toBeUndefined();
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'warn', reason: 'ELOOP' }));
    // The commit is safe in the journal all the same.
    expect(await store.token(idOf('one'))).toEqual(tokenOf('a'));
  });

  test('is taken as well where another user’s umask left it for reading only', async () => {
    const path = join(home.tempDir, 'ovos_oauth.json.lock');
    await writeFile(path, '');
    await chmod(path, 0o444);
    const lock = new SharedLock(await openNodeFiles(), path);
    expect(await lock.hold(() => 'held')).toBe('held');
  });
});

function ownOf(line: unknown): JsonObject {
  if (!isJsonObject(line) || !isJsonObject(line['own']))
    throw new Error('The writer did not say what it has.');
  return line['own'];
}
