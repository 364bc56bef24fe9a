import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AuthorizationServerProcess,
  startAuthorizationServerProcess,
} from '../support/authorization-server-process.ts';
import { bundleScript } from '../support/bundle.ts';
import { emptyTally, type Kill, KillableRun } from '../support/killable-run.ts';
import { STEPS } from '../support/killable-steps.ts';
import { createOvosHome } from '../support/ovos-home.ts';
import { seededNumbers } from '../support/seeded-random.ts';

const KILLS = Number(process.env['OVOS_OAUTH_KILLS'] ?? 40);
const SEED = Number(process.env['OVOS_OAUTH_SEED'] ?? 20_261_124);
const DEVICES = KILLS > 100 ? 2 : 1;
/** Of each device; every second one's provider has a grace. */
const CONNECTIONS = 6;
const RANDOM_SHARE = 0.3;

let server: AuthorizationServerProcess;
let script: string;

beforeAll(async () => {
  [server, script] = await Promise.all([
    startAuthorizationServerProcess(),
    bundleScript('killable-broker.ts'),
  ]);
});

afterAll(async () => {
  await server?.close();
  if (script !== undefined) await rm(script, { force: true });
});

/** Every step in turn, from the second round on with random instants in between. */
function* kills(random: () => number): Generator<Kill, never> {
  for (let round = 0; ; round += 1) {
    const share = round === 0 ? 0 : RANDOM_SHARE;
    for (const step of STEPS) {
      while (random() < share) yield { after: 50 + random() * 350 };
      const isRare = /^(?:start|compaction|sign-in)/.test(step);
      yield { step, passing: isRare ? 1 : 1 + Math.floor(random() * 8) };
    }
  }
}

describe('a broker that is killed', () => {
  test(`keeps every connection whose token reached the journal (${KILLS} kills, seed ${SEED})`, {
    timeout: 60_000 + KILLS * 3_000,
  }, async () => {
    const startedAt = performance.now();
    const tally = emptyTally();
    const runs: KillableRun[] = [];
    const killOne = async (index: number): Promise<void> => {
      const home = await createOvosHome();
      const connections = Array.from({ length: CONNECTIONS }, (_, n) => `c${index}-${n}`);
      for (const id of connections) {
        const redirectUris = [`http://127.0.0.1:36536/auth/callback/skill-killed.example_${id}`];
        await server.addClient({ id, secret: 'secret', redirectUris });
      }
      const { authorizationEndpoint, tokenEndpoint } = server;
      const hasGrace = (connection: string): boolean => Number(connection.split('-')[1]) % 2 === 1;
      const device = { script, home, authorizationEndpoint, tokenEndpoint, connections, hasGrace, tally };
      const run = new KillableRun(device);
      runs.push(run);
      try {
        await run.open();
        const next = kills(seededNumbers(SEED + index));
        while (tally.kills < KILLS) await run.kill(next.next().value);
        await run.conclude();
      } finally {
        await run.close();
        await home.remove();
      }
    };
    await Promise.all(Array.from({ length: DEVICES }, (_, index) => killOne(index)));

    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    const { bySteps, ...counts } = tally;
    process.stdout.write(`${JSON.stringify({ seconds, ...counts, bySteps: Object.fromEntries(bySteps) })}\n`);
    expect(runs.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(tally).toMatchObject({
      lost: 0,
      reusedInSpite: 0,
      unreadable: 0,
      announcedMissing: 0,
      wrongState: 0,
    });
    expect(STEPS.filter((step) => !bySteps.has(step))).toEqual([]);
    expect(tally.refreshes).toBeGreaterThan(KILLS);
  });
});
