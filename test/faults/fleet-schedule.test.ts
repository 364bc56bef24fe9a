import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
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

const CONNECTIONS = Array.from({ length: 24 }, (_, index) => `app-${index}`);
/** Seconds; half of it before the end a token is renewed. */
const LIFETIME = 8;

let server: PostgresServer;
let script: string;
let fleet: PostgresFleet;
let counting: CountingProvider;
let brokers: FleetProcess[];

beforeAll(async () => {
  [server, script] = await Promise.all([startPostgres(), bundleScript('fleet-broker.ts')]);
});

afterAll(async () => {
  await server.remove();
});

beforeEach(async () => {
  fleet = await createFleet(server);
  counting = await startCountingProvider(LIFETIME);
  await connect(fleet, counting, ...CONNECTIONS);
  brokers = await Promise.all(
    ['kitchen', 'bath', 'attic'].map((device) =>
      FleetProcess.of(script, fleet, device, { schedule: true }).opened(),
    ),
  );
});

afterEach(async () => {
  await Promise.all(brokers.map((broker) => broker.end()));
  await counting.close();
  await fleet.remove();
});

/** Requests until every connection was renewed `rounds` times more. */
async function rounds(count: number): Promise<void> {
  const before = counting.provider.requests;
  await eventually(
    'all are renewed',
    () => counting.provider.requests >= before + count * CONNECTIONS.length,
    60_000,
  );
}

test('three brokers renew what is due between them, each connection once, also while one is frozen and after it wakes', async () => {
  await rounds(2);
  expect(counting.provider.reuses).toBe(0);
  // Frozen for longer than everything, and then woken: it has to find out what has become of its connections.
  brokers[0]?.signal('SIGSTOP');
  await rounds(2);
  brokers[0]?.signal('SIGCONT');
  await rounds(1);
  expect(counting.provider.reuses).toBe(0);
  for (const appId of CONNECTIONS) {
    const reply = await brokers[1]?.ask('get', appId);
    expect(reply).toHaveProperty('accessToken');
  }
});
