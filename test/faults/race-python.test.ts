import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuthorizationServerOptions } from '../support/authorization-server.ts';
import {
  type AuthorizationServerProcess,
  startAuthorizationServerProcess,
} from '../support/authorization-server-process.ts';
import { RaceDevice, type RaceOptions } from '../support/race-device.ts';
import { type RaceAction, type RaceSkill, startRaceSkill } from '../support/race-skill.ts';
import { seededNumbers } from '../support/seeded-random.ts';

const ROUNDS = Number(process.env['OVOS_OAUTH_RACES'] ?? 12);
const SEED = Number(process.env['OVOS_OAUTH_SEED'] ?? 20_261_124);
const CONNECTIONS = ['one', 'two', 'three', 'four'];
/** Milliseconds over which those who find a token expired are spread. */
const SPREAD = 400;
/** Milliseconds after which the broker takes no Python program to be refreshing any longer. */
const QUIET = 2_100;

let server: AuthorizationServerProcess;
let device: RaceDevice;
let skills: RaceSkill[] = [];

async function start(
  options: Pick<RaceOptions, 'latency' | 'refreshesAhead'>,
  ofServer: AuthorizationServerOptions = {},
): Promise<void> {
  server = await startAuthorizationServerProcess(ofServer);
  device = await RaceDevice.start({ server, connections: CONNECTIONS, ...options });
  skills = await Promise.all(CONNECTIONS.map(() => startRaceSkill(device.home.env)));
}

beforeEach(() => {
  skills = [];
});

afterEach(async () => {
  await Promise.all(skills.map((skill) => skill.stop()));
  await device.stop();
  await server.close();
});

function skillOf(index: number): RaceSkill {
  const skill = skills[index];
  if (skill === undefined) throw new Error(`there is no skill ${index}`);
  return skill;
}

/** Of `get_oauth_token` and `oauth.token.get` on one expired token, each begins after so many milliseconds. */
async function bothWant(index: number, python: number, broker: number): Promise<void> {
  const appId = CONNECTIONS[index] ?? '';
  const byBroker = sleep(broker).then(() => device.broker.tokens.get(device.ref(appId)));
  await Promise.allSettled([byBroker, device.python(skillOf(index), 'get', appId, python)]);
}

/** Whether each connection still works; those that do not are signed in again. */
function stillWork(): Promise<boolean[]> {
  return Promise.all(
    CONNECTIONS.map(async (appId) => {
      try {
        await device.broker.tokens.refresh(device.ref(appId));
        return true;
      } catch {
        await device.signIn(appId);
        return false;
      }
    }),
  );
}

function report(what: string, counts: object): void {
  process.stdout.write(`${what}: ${JSON.stringify({ ...counts, ...device.tally })}\n`);
}

const NEVER = { lostByBroker: 0, lostToLongStale: 0, setBackTooLong: 0 };

describe('a broker and a Python program that want to refresh the same expired token', () => {
  test('both get on when the broker is first: Python is kept waiting and reads the new one', async () => {
    await start({ latency: () => 150, refreshesAhead: false });
    await sleep(QUIET);
    await Promise.all(CONNECTIONS.map((appId) => device.expire(appId)));
    await bothWant(0, 100, 0);
    expect(device.lost).toBe(0);
    expect(device.tally).toMatchObject({ refreshesByBroker: 1, refreshesByPython: 0 });
    expect(await stillWork()).toEqual([true, true, true, true]);
  });

  test('both get on when Python is first: the broker waits for its token and takes that', async () => {
    await start({ latency: () => 150, refreshesAhead: false });
    await sleep(QUIET);
    await Promise.all(CONNECTIONS.map((appId) => device.expire(appId)));
    await bothWant(0, 0, 100);
    expect(device.lost).toBe(0);
    expect(device.tally).toMatchObject({ refreshesByBroker: 0, refreshesByPython: 1 });
    expect(await stillWork()).toEqual([true, true, true, true]);
  });

  test(`keep the sign-in, whoever comes when (${ROUNDS} rounds of 4, seed ${SEED})`, {
    timeout: 60_000 + ROUNDS * 10_000,
  }, async () => {
    const random = seededNumbers(SEED);
    await start({ latency: () => 20 + random() * 100, refreshesAhead: false });
    let kept = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      // Every second time the device has only just woken up: nobody was at the files before.
      if (round % 2 === 0) await sleep(QUIET);
      await Promise.all(CONNECTIONS.map((appId) => device.expire(appId)));
      await Promise.all(CONNECTIONS.map((_, index) => bothWant(index, random() * SPREAD, random() * SPREAD)));
      kept += (await stillWork()).filter(Boolean).length;
    }
    report('both want', { kept, of: ROUNDS * CONNECTIONS.length });
    expect(device.tally).toMatchObject(NEVER);
    // Not never: Python may have read the old token a moment before the broker closed the file to it.
    expect(device.lost).toBeLessThan(1 + ROUNDS / 5);
  });
});

describe('a broker that refreshes ahead', () => {
  const ACTIONS: readonly RaceAction[] = ['get', 'get', 'get', 'touch', 'keep', 'write kept'];

  test(`beside programs with stale copies mends them at once (${ROUNDS * 80} actions, seed ${SEED})`, {
    timeout: 60_000 + ROUNDS * 10_000,
  }, async () => {
    const random = seededNumbers(SEED);
    const pick = <T>(from: readonly T[], otherwise: T): T =>
      from[Math.floor(random() * from.length)] ?? otherwise;
    await start({ latency: () => 5 + random() * 20, refreshesAhead: true }, { accessTokenLifetime: 4 });
    const counts = { actions: 0, signInsAgain: 0, served: 0, refused: 0 };
    const work = new AbortController();
    const program = async (skill: RaceSkill): Promise<void> => {
      for (let action = 0; action < ROUNDS * 20; action += 1) {
        await device.python(skill, pick(ACTIONS, 'get'), pick(CONNECTIONS, ''), random() * 40);
        counts.actions += 1;
      }
    };
    const user = async (): Promise<void> => {
      while (!work.signal.aborted) {
        const appId = pick(CONNECTIONS, '');
        const app = await device.broker.apps.find(device.ref(appId));
        const { state } = await device.broker.connections.view(app);
        if (state !== 'connected') {
          counts.signInsAgain += 1;
          await device.signIn(appId);
        }
        const served = device.broker.tokens.get(device.ref(appId), { minValidSeconds: 1 });
        await served.then(
          () => (counts.served += 1),
          () => (counts.refused += 1),
        );
        await sleep(20);
      }
    };
    const using = user();
    await Promise.all(skills.map(program));
    work.abort();
    await using;
    report('stale copies', counts);
    expect(device.tally).toMatchObject(NEVER);
    expect(device.tally.setBack).toBeGreaterThan(0);
  });
});
