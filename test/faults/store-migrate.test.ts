import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import { systemClock } from '../../src/clock.ts';
import { createDeviceStore } from '../../src/device-store.ts';
import { silentLog } from '../../src/log.ts';
import type { Store } from '../../src/store/port.ts';
import { appOf, connectionOf, tokenOf } from '../support/store-samples.ts';
import { runCommandLine } from '../support/command.ts';
import { createOvosHome, type OvosHome } from '../support/ovos-home.ts';
import { createFleet, type PostgresFleet } from '../support/postgres-fleet.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/ovos-oauth.mjs', import.meta.url));
const NAMES = Array.from({ length: 40 }, (_, index) => `app${index}`);

let server: PostgresServer;
let fleet: PostgresFleet;
let home: OvosHome;
let settings: Settings;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server?.remove();
});

beforeEach(async () => {
  fleet = await createFleet(server);
  home = await createOvosHome();
  const keyFile = join(home.dir, 'fleet.key');
  await writeFile(keyFile, Buffer.from(fleet.key).toString('hex'));
  await chmod(keyFile, 0o600);
  const own = { sealing: { key_file: keyFile }, store: { url: fleet.url, device: 'kitchen' } };
  await home.writeConfig({ PHAL: { 'ovos-PHAL-plugin-oauth': own } });
  ({ settings } = await loadSettings(home.env));
  await withOwn(async (store) => {
    for (const name of NAMES) {
      const { mungedId } = appOf(name);
      await store.commit(
        [
          { op: 'put_app', app: appOf(name) },
          { op: 'put_token', mungedId, tokenSet: tokenOf(name) },
          { op: 'put_connection', connection: { ...connectionOf(name), grantedAt: 1 } },
        ],
        'synced',
      );
    }
  });
});

afterEach(async () => {
  await fleet.remove();
  await home.remove();
});

/** The store of the device, as its broker would open it without a common one. */
async function withOwn<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const { store: _common, ...alone } = settings;
  const store = createDeviceStore(alone, { clock: systemClock, log: silentLog, port: () => 0 });
  await store.open();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function withCommon<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = fleet.store('witness');
  await store.open();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Names of the apps whose token is in use in a store. */
async function holds(store: Store): Promise<readonly string[]> {
  const tokens = await store.tokens();
  return NAMES.filter(
    (name) => tokens.get(appOf(name).mungedId)?.access_token === tokenOf(name).access_token,
  );
}

const migrate = (...args: readonly string[]) =>
  runCommandLine(home.env, ['store', 'migrate', ...args, '--json']);

/** Begins a move and kills it. */
async function killed(to: 'postgres' | 'files', after: number): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, 'store', 'migrate', '--to', to], {
    env: home.env,
    stdio: 'ignore',
  });
  const exit = once(child, 'exit');
  await sleep(after);
  child.kill('SIGKILL');
  await exit;
}

describe('a move between the store of the device and the common one', () => {
  test('says before what it would do, moves everything, and back', async () => {
    const result = { to: 'postgres', apps: NAMES.length, sign_ins: NAMES.length, kept: [] };
    const tried = await migrate('--to', 'postgres', '--dry-run');
    expect(tried).toMatchObject({ exit: 0 });
    expect(JSON.parse(tried.stdout)).toEqual({ ...result, dry_run: true });
    expect(await withCommon(holds)).toEqual([]);
    expect(JSON.parse((await migrate('--to', 'postgres')).stdout)).toEqual({ ...result, dry_run: false });
    expect(await withCommon(holds)).toEqual(NAMES);
    expect(await withOwn(holds)).toEqual([]);
    expect(JSON.parse((await migrate('--to', 'postgres')).stdout)).toMatchObject({ apps: 0, sign_ins: 0 });
    expect(JSON.parse((await migrate('--to', 'files')).stdout)).toMatchObject({ sign_ins: NAMES.length });
    expect(await withOwn(holds)).toEqual(NAMES);
    expect(await withCommon(holds)).toEqual([]);
  });

  test.each(['postgres', 'files'] as const)(
    'to %s that is killed again and again loses nothing, lets no broker run on the device’s own store, and is finished by the next',
    async (to) => {
      if (to === 'files') await migrate('--to', 'postgres');
      for (let after = 250; after <= 700; after += 90) {
        await killed(to, after);
        const both = [...(await withCommon(holds)), ...(await withOwn(holds))];
        expect(new Set(both)).toEqual(new Set(NAMES));
      }
      await migrate('--to', to);
      const [own, common] = [await withOwn(holds), await withCommon(holds)];
      expect(to === 'files' ? own : common).toEqual(NAMES);
      expect(to === 'files' ? common : own).toEqual([]);
    },
  );

  test('that was not finished lets no broker start on the device’s own store', async () => {
    await writeFile(join(settings.paths.stateDir, 'moving'), '');
    await home.writeConfig({});
    const { exit, stderr } = await runCommandLine(home.env, ['serve']);
    expect(exit).not.toBe(0);
    expect(stderr).toContain('Moving the store was begun and not finished');
  });

  test('is refused while the broker of the device runs, and without a common store', async () => {
    await withOwn(async () => {
      expect(JSON.parse((await migrate('--to', 'postgres')).stdout)).toMatchObject({
        error_code: 'store_locked',
      });
    });
    await home.writeConfig({});
    expect(JSON.parse((await migrate('--to', 'postgres')).stdout)).toMatchObject({
      error_code: 'no_common_store',
    });
  });

  test('leaves everything where it is while the database is away', async () => {
    await server.kill();
    try {
      expect(JSON.parse((await migrate('--to', 'postgres')).stdout)).toMatchObject({
        error_code: 'store_unavailable',
      });
    } finally {
      await server.start();
    }
    expect(await withOwn(holds)).toEqual(NAMES);
  });
});
