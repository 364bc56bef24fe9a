import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundleScript } from '../support/bundle.ts';
import { eventually } from '../support/eventually.ts';
import type { FleetEvent } from '../support/fleet-lines.ts';
import {
  connect,
  type CountingProvider,
  FleetProcess,
  startCountingProvider,
} from '../support/fleet-processes.ts';
import { createFleet, type PostgresFleet } from '../support/postgres-fleet.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

let server: PostgresServer;
let script: string;
let fleet: PostgresFleet;
let counting: CountingProvider;
let brokers: FleetProcess[];
let kitchen: FleetProcess;
let bath: FleetProcess;

beforeAll(async () => {
  [server, script] = await Promise.all([startPostgres(), bundleScript('fleet-broker.ts')]);
});

afterAll(async () => {
  await server.remove();
});

beforeEach(async () => {
  brokers = [];
  fleet = await createFleet(server);
  counting = await startCountingProvider();
  await connect(fleet, counting, 'one');
  [kitchen, bath] = await Promise.all([start('kitchen'), start('bath')]);
});

afterEach(async () => {
  await Promise.all(brokers.map((broker) => broker.end()));
  await counting.close();
  await fleet.remove();
});

function start(device: string): Promise<FleetProcess> {
  const broker = FleetProcess.of(script, fleet, device);
  brokers.push(broker);
  return broker.opened();
}

/** The address that the user's browser is sent back to. */
async function callback(broker: FleetProcess, answer = 'code=granted'): Promise<string> {
  const reply = await broker.ask('start', 'one');
  if (!('url' in reply)) throw new Error(JSON.stringify(reply));
  const state = new URL(reply.url).searchParams.get('state') ?? '';
  return `http://127.0.0.1:36536/auth/callback/?${answer}&state=${state}`;
}

const tokensIn = (broker: FleetProcess): readonly FleetEvent[] =>
  broker.events.filter(({ event }) => event === 'token');

describe('a sign-in that comes back to another broker than the one that was asked', () => {
  test('is completed there, and its token announced where it was asked for, with the asker', async () => {
    const reply = await bath.ask('complete', 'one', await callback(kitchen));
    if (!('accessToken' in reply)) throw new Error(JSON.stringify(reply));
    const { accessToken } = reply;
    await eventually('the kitchen hears of it', () => tokensIn(kitchen).length > 0);
    expect(tokensIn(kitchen)).toEqual([{ event: 'token', accessToken, asker: 'kitchen' }]);
    expect(tokensIn(bath)).toEqual([]);
    expect(await kitchen.ask('get', 'one')).toMatchObject({ accessToken });
  });

  test('is announced when the device is back, if it was away', async () => {
    const address = await callback(kitchen);
    await kitchen.kill();
    await bath.ask('complete', 'one', address);
    const again = await start('kitchen');
    await eventually('the kitchen hears of it', () => tokensIn(again).length > 0);
    expect(tokensIn(again)).toMatchObject([{ asker: 'kitchen' }]);
  });

  test('is announced once, however often the connection that wakes was cut', async () => {
    const address = await callback(kitchen);
    const cut = (): string =>
      server.sql(
        fleet.database,
        'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()',
      );
    cut();
    const reply = await eventually('it is completed', async () => {
      const reply = await bath.ask('complete', 'one', address);
      return 'accessToken' in reply && reply;
    });
    cut();
    await eventually('the kitchen hears of it', () => tokensIn(kitchen).length > 0);
    cut();
    await eventually('the kitchen is back', async () => 'accessToken' in (await kitchen.ask('get', 'one')));
    expect(tokensIn(kitchen)).toMatchObject([{ accessToken: reply.accessToken }]);
    expect(server.sql(fleet.database, 'select count(*) from ovos_oauth.announcements')).toBe('0');
  });

  test('that the user refuses is announced as well', async () => {
    const address = await callback(kitchen, 'error=access_denied');
    expect(await bath.ask('complete', 'one', address)).toMatchObject({ code: 'access_denied' });
    const failures = (): readonly FleetEvent[] => kitchen.events.filter(({ event }) => event === 'failed');
    await eventually('the kitchen hears of it', () => failures().length > 0);
    expect(failures()).toEqual([{ event: 'failed', code: 'access_denied', asker: 'kitchen' }]);
  });

  test('is completed by one of two that get it at the same time', async () => {
    const address = await callback(kitchen);
    const replies = await Promise.all([
      bath.ask('complete', 'one', address),
      kitchen.ask('complete', 'one', address),
    ]);
    expect(replies.filter((reply) => 'accessToken' in reply)).toHaveLength(1);
    expect(replies).toContainEqual(expect.objectContaining({ code: 'attempt_used' }));
  });
});

test('while the database is away a sign-in says so, and works when it is back', async () => {
  const address = await callback(kitchen);
  await server.kill();
  try {
    expect(await kitchen.ask('start', 'one')).toMatchObject({ code: 'store_unavailable' });
    expect(await bath.ask('complete', 'one', address)).toMatchObject({ code: 'store_unavailable' });
  } finally {
    await server.start();
  }
  await eventually(
    'the sign-in is completed',
    async () => 'accessToken' in (await bath.ask('complete', 'one', address)),
  );
});
