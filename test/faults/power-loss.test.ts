import { expect, test } from 'vitest';
import { EventHub } from '../../src/broker/event-hub.ts';
import { Broker } from '../../src/broker/index.ts';
import { isJsonObject } from '../../src/json.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import { FileStore } from '../../src/store/file-store.ts';
import type { ConnectionState, MungedId } from '../../src/store/records.ts';
import { idOf } from '../support/store-samples.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { registrationOf } from '../support/registration.ts';
import { seededNumbers, seededRandom } from '../support/seeded-random.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';
import { failure, SimulatedDisk } from '../support/simulated-disk.ts';
import { SimulatedProvider } from '../support/simulated-provider.ts';

// The whole broker on a disk that loses what was not synced. `store-power-cut.test.ts` does the same to the store alone.

const RUNS = Number(process.env['OVOS_OAUTH_POWER_CUTS'] ?? 40);
const SEED = Number(process.env['OVOS_OAUTH_SEED'] ?? 20_261_124);
const STATES_PER_CUT = 6;
const CONNECTIONS = ['one', 'two', 'three', 'four', 'five'];
const ROUNDS = 30;

/** What the world knows at the moment of the cut. */
class World {
  readonly provider: SimulatedProvider;
  /** Refresh tokens in the order in which the provider issued them, by connection. */
  readonly issued = new Map<MungedId, string[]>();
  /** The newest token that was announced, by connection. */
  readonly announced = new Map<MungedId, string>();
  /** The state that was announced last, by connection. */
  readonly states = new Map<MungedId, ConnectionState>();
  /** What the broker says from then on, nobody hears. */
  isCut = false;

  constructor(clock: SimulatedClock) {
    this.provider = new SimulatedProvider({ clock, accessTokenSeconds: 3_600, rotates: true });
  }

  /** The provider, with an eye on what it issues. */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await this.provider.fetch(input, init);
    const spent = init?.body instanceof URLSearchParams ? init.body.get('refresh_token') : null;
    const answer: unknown = await response.clone().json();
    const token = isJsonObject(answer) ? answer['refresh_token'] : undefined;
    for (const tokens of this.issued.values()) {
      if (typeof token === 'string' && spent !== null && tokens.at(-1) === spent) tokens.push(token);
    }
    return response;
  };

  signIn(mungedId: MungedId): TokenSet {
    const answer = this.provider.grant();
    const tokenSet: TokenSet = { ...answer, access_token: String(answer['access_token']) };
    this.issued.set(mungedId, [refreshTokenIn(tokenSet)]);
    return tokenSet;
  }

  announce(mungedId: MungedId, tokenSet: TokenSet): void {
    if (this.isCut) return;
    this.announced.set(mungedId, refreshTokenIn(tokenSet));
    this.states.set(mungedId, 'connected');
  }
}

interface Device {
  readonly store: FileStore;
  readonly broker: Broker;
}

function deviceOn(disk: SimulatedDisk, clock: SimulatedClock, world: World): Device {
  const store = new FileStore({
    stateDir: '/home/state/ovos-oauth',
    cacheDir: '/home/cache/json_database',
    tempDir: '/tmp',
    clock,
    log: recordedLog(),
    files: disk,
  });
  const events = new EventHub();
  events.subscribe({
    statusChanged: ({ connection }) => {
      if (!world.isCut) world.states.set(connection.app.mungedId, connection.state);
    },
  });
  const broker = new Broker({
    store,
    events,
    clock,
    random: seededRandom(1),
    fetch: world.fetch,
    builtAt: 0,
    attemptLifetime: 600_000,
    port: () => 36_536,
    loopbackHost: '127.0.0.1',
    lanHost: async () => '192.0.2.7',
  });
  return { store, broker };
}

function refreshTokenIn(tokenSet: TokenSet | undefined): string {
  return tokenSet?.refresh_token ?? '';
}

/** Signs everybody in, then refreshes, and once takes a grant back. */
async function work({ store, broker }: Device, world: World, random: () => number): Promise<void> {
  await store.open();
  for (const appId of CONNECTIONS) {
    const { app } = await broker.apps.register(
      registrationOf({ appId, clientId: 'client', clientSecret: 'secret' }),
    );
    const tokenSet = world.signIn(app.mungedId);
    await store.commit([{ op: 'put_token', mungedId: app.mungedId, tokenSet }], 'synced');
    world.announce(app.mungedId, tokenSet);
  }
  const refresh = async (appId: string): Promise<void> => {
    const { app, tokenSet } = await broker.tokens.refresh({ skillId: 'skill', appId });
    world.announce(app.mungedId, tokenSet);
  };
  for (let round = 0; round < ROUNDS && !world.isCut; round += 1) {
    await Promise.allSettled(CONNECTIONS.filter(() => random() < 0.7).map(refresh));
    if (round === 10) world.provider.revoke(world.issued.get(idOf('skill_one'))?.at(-1) ?? '');
  }
  await broker.close();
  await store.close();
}

/** One run, up to a cut at a step of the disk. */
async function runUntil(cut: number, random: () => number): Promise<[SimulatedDisk, World]> {
  const clock = new SimulatedClock();
  const world = new World(clock);
  const disk = new SimulatedDisk();
  disk.makeFolder('/tmp');
  disk.onStep = (step, _operation, path) => {
    if (step < cut) return;
    world.isCut = true;
    throw failure('EIO', path);
  };
  // From the cut on the disk fails, and so may the work.
  await work(deviceOn(disk, clock, world), world, random).catch(() => {});
  return [disk, world];
}

/** What is missing of what was announced; nothing, if all is well. */
async function lossesOn(disk: SimulatedDisk, world: World): Promise<string[]> {
  disk.makeFolder('/tmp');
  const { store, broker } = deviceOn(disk, new SimulatedClock(), world);
  await store.open();
  const losses: string[] = [];
  for (const [mungedId, announced] of world.announced) {
    const app = await store.app(mungedId);
    const state = app === undefined ? 'gone' : (await broker.connections.view(app)).state;
    const mustNeedUser = world.states.get(mungedId) === 'needs_user';
    // An end that nobody has heard of yet may be there all the same.
    if (state !== 'needs_user' && (mustNeedUser || state !== 'connected'))
      losses.push(`${mungedId} is ${state}`);
    const issued = world.issued.get(mungedId) ?? [];
    const found = issued.indexOf(refreshTokenIn(await store.token(mungedId)));
    if (state === 'connected' && found < issued.indexOf(announced)) losses.push(`the token of ${mungedId}`);
  }
  await store.close();
  return losses;
}

test(`nothing that was announced is missing after a power cut, wherever it falls (${RUNS} cuts, seed ${SEED})`, {
  timeout: 60_000 + RUNS * 1_000,
}, async () => {
  const [whole, undisturbed] = await runUntil(Number.POSITIVE_INFINITY, seededNumbers(SEED));
  expect(undisturbed.states.get(idOf('skill_one'))).toBe('needs_user');
  let states = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const random = seededNumbers(SEED + run);
    const [disk, world] = await runUntil(1 + Math.floor(random() * whole.steps), random);
    expect(world.provider.reuses).toBe(0);
    for (let state = 0; state < STATES_PER_CUT; state += 1) {
      const left = disk.afterPowerCut((below) => Math.floor(random() * below));
      expect(await lossesOn(left, world)).toEqual([]);
      states += 1;
    }
  }
  process.stdout.write(`${RUNS} power cuts of ${whole.steps} steps, ${states} states looked at\n`);
});
