import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { FileStore } from '../../src/store/file-store.ts';
import { appOf, attemptOf, idOf, tokenOf } from '../support/store-samples.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';
import { type Choose, failure, SimulatedDisk } from '../support/simulated-disk.ts';

/** How many runs, each cut once and looked at in several of the states that may be left. */
const RUNS = Number(process.env['OVOS_OAUTH_POWER_CUTS'] ?? 60);
const STATES_PER_CUT = 6;
const APPS = 5;

/** The newest version that was acknowledged, and the newest that was asked for, by key. */
interface Promised {
  readonly acknowledged: Map<string, number>;
  readonly asked: Map<string, number>;
}

/** Repeatable numbers from a seed (mulberry32). */
function chooser(seed: number): Choose {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function storeOn(files: SimulatedDisk, log = recordedLog()): FileStore {
  return new FileStore({
    stateDir: '/home/state/mycroft/ovos-oauth',
    cacheDir: '/home/cache/json_database',
    tempDir: '/tmp',
    clock: new SimulatedClock(),
    log,
    files,
  });
}

/** Commits versions of a few apps and tokens, several at once, until the power is cut. */
async function workUntilCut(disk: SimulatedDisk, choose: Choose, promised: Promised): Promise<void> {
  const store = storeOn(disk);
  const commit = async (version: number): Promise<void> => {
    const name = `${choose(APPS)}`;
    promised.asked.set(name, version);
    await store.commit(
      [
        { op: 'put_app', app: { ...appOf(name), scope: `${version} ${'x'.repeat(choose(2_000))}` } },
        { op: 'put_token', mungedId: idOf(name), tokenSet: tokenOf(String(version)) },
      ],
      'synced',
    );
    promised.acknowledged.set(name, Math.max(version, promised.acknowledged.get(name) ?? 0));
  };
  try {
    await store.open();
    let version = 0;
    for (let round = 0; round < 90; round += 1) {
      const burst = Array.from({ length: 1 + choose(4) }, () => {
        version += 1;
        return commit(version);
      });
      const attempt = attemptOf(`state ${version}`);
      await Promise.all([...burst, store.commit([{ op: 'put_attempt', attempt }], 'written')]);
    }
    await store.close();
  } catch {
    // The cut: from then on the disk fails.
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Lets the disk fail from one step on. */
function cutAt(disk: SimulatedDisk, cut: number): void {
  disk.onStep = (step, _operation, path) => {
    if (step >= cut) throw failure('EIO', path);
  };
}

/** What is wrong with what a disk was left with; nothing, if all is well. */
async function lossesOn(disk: SimulatedDisk, { acknowledged, asked }: Promised): Promise<string[]> {
  disk.makeFolder('/tmp');
  const store = storeOn(disk);
  await store.open();
  const losses: string[] = [];
  const found = new Map<string, number>();
  for (const { mungedId, scope } of await store.apps()) {
    const name = mungedId.slice('skill-'.length, -'.example_app'.length);
    const version = Number(scope?.split(' ')[0]);
    found.set(name, version);
    const token = await store.token(idOf(name));
    if (token?.access_token !== tokenOf(String(version)).access_token)
      losses.push(`half a commit of ${name}`);
    if (version > (asked.get(name) ?? 0)) losses.push(`${name} was never ${version}`);
  }
  for (const [name, version] of acknowledged) {
    if ((found.get(name) ?? 0) < version) losses.push(`${version} of ${name}`);
  }
  const shared: unknown = JSON.parse(disk.text('/home/cache/json_database/ovos_oauth.json') ?? '{}');
  if (!isDeepStrictEqual(shared, Object.fromEntries(await store.tokens()))) losses.push('the shared file');
  await store.close();
  return losses;
}

describe('a power cut', () => {
  test(`loses nothing that was acknowledged, wherever it falls (${RUNS} cuts)`, async () => {
    // Steps that an undisturbed run takes, so that the cuts fall anywhere in it.
    const whole = new SimulatedDisk();
    whole.makeFolder('/tmp');
    await workUntilCut(whole, chooser(1), { acknowledged: new Map(), asked: new Map() });

    for (let seed = 1; seed <= RUNS; seed += 1) {
      const choose = chooser(seed);
      const disk = new SimulatedDisk();
      disk.makeFolder('/tmp');
      cutAt(disk, 1 + choose(whole.steps));
      const promised: Promised = { acknowledged: new Map(), asked: new Map() };
      await workUntilCut(disk, choose, promised);
      for (let state = 0; state < STATES_PER_CUT; state += 1) {
        expect(await lossesOn(disk.afterPowerCut(choose), promised)).toEqual([]);
      }
    }
  }, 600_000);

  test('in the middle of the recovery from another one loses nothing either', async () => {
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const choose = chooser(1_000 + seed);
      const disk = new SimulatedDisk();
      disk.makeFolder('/tmp');
      cutAt(disk, 40 + choose(400));
      const promised: Promised = { acknowledged: new Map(), asked: new Map() };
      await workUntilCut(disk, choose, promised);

      const first = disk.afterPowerCut(choose);
      first.makeFolder('/tmp');
      cutAt(first, first.steps + 1 + choose(25));
      await storeOn(first)
        .open()
        .catch(() => {});
      expect(await lossesOn(first.afterPowerCut(choose), promised)).toEqual([]);
    }
  }, 600_000);

  test('is told in the log when it tore the last write', async () => {
    const disk = new SimulatedDisk();
    disk.makeFolder('/tmp');
    const store = storeOn(disk);
    await store.open();
    await store.commit([{ op: 'put_app', app: appOf('one') }], 'synced');
    await store.commit([{ op: 'put_attempt', attempt: attemptOf('state') }], 'written');
    // 1: a part of what was not synced is there.
    const left = disk.afterPowerCut((below) => (below === 4 ? 1 : 10 % below));
    left.makeFolder('/tmp');
    const log = recordedLog();
    const recovered = storeOn(left, log);
    await recovered.open();
    expect(log.lines).toMatchObject([{ level: 'warn', bytes: 10 }]);
    expect(await recovered.apps()).toEqual([appOf('one')]);
    await recovered.close();
    await store.close();
  });
});

describe('a SIGKILL', () => {
  test(`loses nothing that was acknowledged, wherever it falls (${RUNS} kills)`, async () => {
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const choose = chooser(2_000 + seed);
      const disk = new SimulatedDisk();
      disk.makeFolder('/tmp');
      cutAt(disk, 1 + choose(2_000));
      const promised: Promised = { acknowledged: new Map(), asked: new Map() };
      await workUntilCut(disk, choose, promised);
      expect(await lossesOn(disk.afterKill(), promised)).toEqual([]);
    }
  }, 600_000);
});

describe('a damaged journal', () => {
  const JOURNAL = '/home/state/mycroft/ovos-oauth/journal';

  async function damaged(
    damage: (text: string) => string,
  ): Promise<{ disk: SimulatedDisk; store: FileStore }> {
    const disk = new SimulatedDisk();
    disk.makeFolder('/tmp');
    const before = storeOn(disk);
    await before.open();
    for (const name of ['one', 'two', 'three']) {
      await before.commit([{ op: 'put_app', app: appOf(name) }], 'synced');
    }
    const left = disk.afterKill();
    // So that the apps do not come back from there.
    left.remove('/home/cache/json_database/ovos_oauth_apps.json');
    left.put(JOURNAL, damage(left.text(JOURNAL) ?? ''));
    const store = storeOn(left);
    await store.open();
    return { disk: left, store };
  }

  test('keeps everything that can be read, and the damaged file as it was', async () => {
    let spoiled = '';
    const { disk, store } = await damaged((text) => (spoiled = text.replace('client two', 'client 2wo')));
    expect((await store.apps()).map(({ clientId }) => clientId)).toEqual(['client one', 'client three']);
    const aside = disk.paths().find((path) => path.startsWith(`${JOURNAL}.damaged-`));
    expect(disk.text(aside ?? '')).toBe(spoiled);
    await store.commit([{ op: 'put_app', app: appOf('two') }], 'synced');
    await store.close();
    const again = storeOn(disk);
    await again.open();
    expect(await again.apps()).toHaveLength(3);
    await again.close();
  });

  test('without a header keeps its commits', async () => {
    const { store } = await damaged((text) => text.slice(5));
    expect(await store.apps()).toHaveLength(3);
    await store.close();
  });

  test('of nothing but noise does not keep the store from opening', async () => {
    const { store } = await damaged(() => 'noise\n'.repeat(100));
    expect(await store.apps()).toEqual([]);
    await store.commit([{ op: 'put_app', app: appOf('one') }], 'synced');
    await store.close();
  });
});
