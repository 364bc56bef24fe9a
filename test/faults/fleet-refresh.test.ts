import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundleScript } from '../support/bundle.ts';
import { eventually } from '../support/eventually.ts';
import type { FleetReply } from '../support/fleet-lines.ts';
import {
  connect,
  type CountingProvider,
  FleetProcess,
  SHORT_TIMES,
  startCountingProvider,
} from '../support/fleet-processes.ts';
import { createFleet, type PostgresFleet } from '../support/postgres-fleet.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

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
  brokers = [];
  fleet = await createFleet(server);
  counting = await startCountingProvider();
  await connect(fleet, counting, 'one');
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

const two = (): Promise<[FleetProcess, FleetProcess]> => Promise.all([start('kitchen'), start('bath')]);

function accessTokenOf(reply: FleetReply): string {
  if ('accessToken' in reply) return reply.accessToken;
  throw new Error(JSON.stringify(reply));
}

/** The request is at the provider, and its answer is not yet sent. */
function requestIsOpen(): Promise<unknown> {
  return eventually('a request is at the provider', () => counting.open > 0);
}

/** A refresh that works, whoever has to wait for whom. */
async function refreshed(broker: FleetProcess): Promise<string> {
  return eventually(
    'a refresh works',
    async () => {
      const reply = await broker.ask('refresh', 'one');
      return 'accessToken' in reply && reply.accessToken;
    },
    40_000,
  );
}

describe('a refresh token', () => {
  test('is spent once for 33 callers at three brokers', async () => {
    const all = await Promise.all(['kitchen', 'bath', 'attic'].map(start));
    counting.provider.slowness = 300;
    const replies = await Promise.all(
      Array.from({ length: 11 }, () => all.map((broker) => broker.ask('refresh', 'one'))).flat(),
    );
    expect(new Set(replies.map(accessTokenOf)).size).toBe(1);
    expect(counting.provider).toMatchObject({ requests: 1, reuses: 0 });
  });

  test('is not spent by another while the one who spends it is frozen, however long, and its answer counts', async () => {
    const [one, other] = await two();
    counting.provider.slowness = 300;
    const first = one.ask('refresh', 'one');
    await requestIsOpen();
    one.signal('SIGSTOP');
    // The server has long ended its turn.
    await sleep(SHORT_TIMES.frozen * 2);
    expect(await other.ask('refresh', 'one')).toMatchObject({ code: 'store_unavailable' });
    one.signal('SIGCONT');
    const token = accessTokenOf(await first);
    expect(counting.provider.accepts(token)).toBe(true);
    expect(await other.ask('get', 'one')).toMatchObject({ accessToken: token });
    expect(counting.provider).toMatchObject({ requests: 1, reuses: 0 });
  });

  test('that a frozen broker has not sent yet is not sent when it wakes without its turn', async () => {
    const [one, other] = await two();
    // Somebody has the turn while it is asked for, so that the broker is frozen before it can send anything.
    const holder = fleet.store('holder', { times: { ...SHORT_TIMES, frozen: 60_000 } });
    await holder.open();
    let letGo = (): void => {};
    const held = holder.exclusively(
      'skill-fleet.example_one' as never,
      () => new Promise<void>((resolve) => (letGo = resolve)),
    );
    await sleep(200);
    const first = one.ask('refresh', 'one');
    await sleep(300);
    one.signal('SIGSTOP');
    letGo();
    await held;
    await holder.close();
    // It was given the turn, and has lost it again.
    await sleep(SHORT_TIMES.frozen * 2);
    const token = await refreshed(other);
    one.signal('SIGCONT');
    const reply = await first;
    const said = 'code' in reply ? reply.code : accessTokenOf(reply);
    expect(['store_unavailable', token]).toContain(said);
    expect(counting.provider).toMatchObject({ requests: 1, reuses: 0 });
    expect(counting.provider.accepts(token)).toBe(true);
  });

  test('is spent by another at once after a broker was killed that had kept its answer', async () => {
    const [one, other] = await two();
    counting.provider.slowness = 300;
    accessTokenOf(await one.ask('refresh', 'one'));
    await one.kill();
    accessTokenOf(await other.ask('refresh', 'one'));
    expect(counting.provider).toMatchObject({ requests: 2, reuses: 0 });
  });

  test('whose answer died with its broker is spent again after some seconds, for the provider’s grace', async () => {
    const [one, other] = await two();
    counting.provider.slowness = 300;
    void one.ask('refresh', 'one');
    await requestIsOpen();
    await one.kill();
    counting.provider.slowness = 0;
    const reply = await other.ask('refresh', 'one');
    // This provider has no grace.
    expect(reply).toMatchObject({ code: 'invalid_grant' });
    expect(counting.provider).toMatchObject({ requests: 2, reuses: 1 });
  });

  test('is not spent twice when every connection to the database is cut in the middle', async () => {
    const [one, other] = await two();
    counting.provider.slowness = 1_000;
    const first = one.ask('refresh', 'one');
    await requestIsOpen();
    server.sql(
      fleet.database,
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()',
    );
    const token = accessTokenOf(await first);
    const second = await refreshed(other);
    expect(counting.provider.accepts(token)).toBe(true);
    expect(counting.provider.accepts(second)).toBe(true);
    expect(counting.provider.reuses).toBe(0);
  });

  test('is not lost and not spent twice when the server crashes in the middle and comes back', async () => {
    const [one, other] = await two();
    counting.provider.slowness = 1_000;
    const first = one.ask('refresh', 'one');
    await requestIsOpen();
    await server.kill();
    // The answer comes while there is no database; it is kept on the device's own disk.
    const token = accessTokenOf(await first);
    expect(await one.ask('get', 'one')).toMatchObject({ accessToken: token });
    await server.start();
    const second = await refreshed(other);
    expect(counting.provider.accepts(second)).toBe(true);
    expect(counting.provider.reuses).toBe(0);
  });

  test('that came while the database was away outlives the broker as well', async () => {
    const [one, other] = await two();
    counting.provider.slowness = 1_000;
    const first = one.ask('refresh', 'one');
    await requestIsOpen();
    await server.kill();
    const token = accessTokenOf(await first);
    await Promise.all([one.kill(), other.kill()]);
    const again = await start('kitchen');
    expect(await again.ask('get', 'one')).toMatchObject({ accessToken: token });
    await server.start();
    const second = await refreshed(again);
    expect(counting.provider.accepts(second)).toBe(true);
    expect(counting.provider).toMatchObject({ requests: 2, reuses: 0 });
  });
});
