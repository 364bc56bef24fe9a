import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleScript } from '../support/bundle.ts';
import { eventually } from '../support/eventually.ts';
import {
  connect,
  type CountingProvider,
  FleetProcess,
  startCountingProvider,
} from '../support/fleet-processes.ts';
import { createFleet, type PostgresFleet } from '../support/postgres-fleet.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { seededNumbers } from '../support/seeded-random.ts';

const SECONDS = Number(process.env['OVOS_OAUTH_FLEET_SECONDS'] ?? 25);
const SEED = Number(process.env['OVOS_OAUTH_SEED'] ?? Date.now() % 1_000_000);
const APPS = Array.from({ length: 20 }, (_, index) => `app-${index}`);
const WORKERS = 3;
/** A freeze is longer than the server waits for a frozen one, and shorter than it takes to believe a broker dead. */
const TIMES = { patience: 4_000, frozen: 2_000, comeback: 8_000 };
const LONGEST_FREEZE = 6_000;

let server: PostgresServer;
let fleet: PostgresFleet;
let counting: CountingProvider;
let brokers: FleetProcess[];

beforeAll(async () => {
  const script = await bundleScript('fleet-broker.ts');
  server = await startPostgres();
  fleet = await createFleet(server);
  counting = await startCountingProvider();
  await connect(fleet, counting, ...APPS);
  brokers = await Promise.all(
    ['kitchen', 'bath', 'attic'].map((device) =>
      FleetProcess.of(script, fleet, device, { times: TIMES }).opened(),
    ),
  );
});

afterAll(async () => {
  await Promise.all((brokers ?? []).map((broker) => broker.end()));
  await counting?.close();
  await fleet?.remove();
  await server?.remove();
});

test(`for ${SECONDS} s of freezes, cuts and crashes of the database no refresh token is spent twice and none is lost`, {
  timeout: SECONDS * 1_000 + 180_000,
}, async () => {
  const random = seededNumbers(SEED);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] ?? raise();
  const trouble = {
    async freeze(): Promise<void> {
      const broker = pick(brokers);
      broker.signal('SIGSTOP');
      await sleep(random() * LONGEST_FREEZE);
      broker.signal('SIGCONT');
    },
    async cut(): Promise<void> {
      server.sql(
        fleet.database,
        'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()',
      );
    },
    async crash(): Promise<void> {
      await server.kill();
      await sleep(random() * 2_000);
      await server.start();
    },
  };
  const seen = { refreshed: 0, refused: 0, freeze: 0, cut: 0, crash: 0 };
  const over = new AbortController();
  async function work(broker: FleetProcess): Promise<void> {
    while (!over.signal.aborted) {
      const reply = await broker.ask('refresh', pick(APPS));
      seen['accessToken' in reply ? 'refreshed' : 'refused'] += 1;
      await sleep(20);
    }
  }
  counting.provider.slowness = 60;
  const workers = brokers.flatMap((broker) => Array.from({ length: WORKERS }, () => work(broker)));
  for (const end = Date.now() + SECONDS * 1_000; Date.now() < end; ) {
    await sleep(500 + random() * 1_000);
    const what = pick(['freeze', 'cut', 'crash'] as const);
    seen[what] += 1;
    await trouble[what]();
  }
  over.abort();
  await Promise.all(workers);
  const { requests, reuses } = counting.provider;
  process.stdout.write(`${JSON.stringify({ seconds: SECONDS, seed: SEED, ...seen, requests, reuses })}\n`);
  expect(reuses).toBe(0);
  expect(seen.refreshed).toBeGreaterThan(0);
  for (const appId of APPS) {
    const token = await eventually(`${appId} can be renewed`, async () => {
      const reply = await pick(brokers).ask('refresh', appId);
      return 'accessToken' in reply && reply.accessToken;
    });
    expect(counting.provider.accepts(token)).toBe(true);
  }
  expect(counting.provider.reuses).toBe(0);
});

function raise(): never {
  throw new Error('there is none');
}
