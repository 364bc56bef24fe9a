import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CommonStore, Elsewhere, Store } from '../../src/store/port.ts';
import { appOf, connectionOf, tokenOf } from '../support/store-samples.ts';
import { eventually } from '../support/eventually.ts';
import { createFleet, type PostgresFleet } from '../support/postgres-fleet.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

const app = appOf('one');
const { mungedId } = app;
let server: PostgresServer;
let fleet: PostgresFleet;
let stores: Store[];

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server.remove();
});

beforeEach(async () => {
  fleet = await createFleet(server);
  stores = [];
});

afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await fleet.remove();
});

async function open(...given: Parameters<PostgresFleet['store']>): Promise<Store & { common: CommonStore }> {
  const store = fleet.store(...given);
  stores.push(store);
  await store.open();
  return store;
}

async function connect(store: Store): Promise<void> {
  await store.commit(
    [
      { op: 'put_app', app },
      { op: 'put_token', mungedId, tokenSet: tokenOf('first') },
      { op: 'put_connection', connection: connectionOf('one') },
    ],
    'synced',
  );
}

/** Names of the devices that have the token. */
async function holders(all: Readonly<Record<string, Store>>): Promise<readonly string[]> {
  const names: string[] = [];
  for (const [name, store] of Object.entries(all)) {
    if ((await store.token(mungedId)) !== undefined) names.push(name);
  }
  return names;
}

describe('a connection', () => {
  test('is there for those with whom it is shared, and for nobody else', async () => {
    const kitchen = await open('kitchen', { place: { groups: ['downstairs'] } });
    const hall = await open('hall', { place: { groups: ['downstairs'] } });
    const bath = await open('bath');
    const all = { kitchen, hall, bath };
    const soon = (...names: readonly string[]): Promise<unknown> =>
      eventually(`it is there for ${names.join(', ')}`, async () => {
        const now = await holders(all);
        return now.join(', ') === names.join(', ');
      });
    await connect(kitchen);
    await soon('kitchen', 'hall', 'bath');
    await kitchen.common.share(mungedId, 'group:downstairs');
    await soon('kitchen', 'hall');
    expect(await hall.common.audiences()).toEqual(new Map([[mungedId, 'group:downstairs']]));
    await hall.common.share(mungedId, 'device:hall');
    await soon('hall');
    await hall.common.share(mungedId, 'device:bath');
    await soon('bath');
    await bath.common.share(mungedId, 'all');
    await soon('kitchen', 'hall', 'bath');
  });

  test('is one for all: its end is the end everywhere, and every device hears of it', async () => {
    const [kitchen, bath] = await Promise.all([open('kitchen'), open('bath')]);
    const heard: Elsewhere[] = [];
    await connect(kitchen);
    expect(await bath.token(mungedId)).toEqual(tokenOf('first'));
    bath.onElsewhere(async (event) => void heard.push(event));
    const connection = { ...connectionOf('one'), state: 'disconnected' as const };
    await kitchen.commit(
      [
        { op: 'delete_token', mungedId },
        { op: 'put_connection', connection },
      ],
      'synced',
    );
    await eventually('it is over there', async () => (await bath.token(mungedId)) === undefined);
    // Once of its beginning, where that was not heard of before, and of its end.
    await eventually('the other has heard', async () => {
      const states = heard.filter(({ what }) => what === 'state_changed');
      return states.length === 2;
    });
  });

  test('is not given to whoever has one of their own', async () => {
    const kitchen = await open('kitchen');
    const bath = await open('bath', { place: { home: 'device:bath' } });
    await connect(bath);
    await connect(kitchen);
    await expect(kitchen.common.share(mungedId, 'device:bath')).rejects.toMatchObject({
      code: 'share_conflict',
    });
    expect(await kitchen.common.audiences()).toEqual(new Map([[mungedId, 'all']]));
  });

  test('changes its audience only between two exchanges, and whoever waited has the turn of the new one', async () => {
    const [kitchen, bath] = await Promise.all([open('kitchen'), open('bath')]);
    await connect(kitchen);
    const order: string[] = [];
    let finish: (() => void) | undefined;
    const first = kitchen.exclusively(mungedId, async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      order.push('exchanged');
    });
    await eventually('its turn has begun', () => finish !== undefined);
    const sharing = bath.common.share(mungedId, 'device:bath').then(() => order.push('shared'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    finish?.();
    await Promise.all([first, sharing]);
    expect(order).toEqual(['exchanged', 'shared']);
  });
});

describe('the list of those who asked for tokens', () => {
  test('says who asked for what when and how often, without the token, from every device', async () => {
    const [kitchen, bath] = await Promise.all([open('kitchen'), open('bath')]);
    await connect(kitchen);
    const at = 1_764_000_030_000;
    for (const asker of ['skill-a', 'skill-a', 'skill-b'])
      kitchen.common.noteUse({ mungedId, asker, outcome: 'given', at });
    await kitchen.common.uses(undefined, 10);
    bath.common.noteUse({ mungedId, asker: '', outcome: 'refused', at: at + 60_000 });
    const minute = 1_764_000_000_000;
    expect(await bath.common.uses(mungedId, 10)).toEqual([
      { mungedId, device: 'bath', asker: '', outcome: 'refused', at: minute + 60_000, count: 1 },
      { mungedId, device: 'kitchen', asker: 'skill-b', outcome: 'given', at: minute, count: 1 },
      { mungedId, device: 'kitchen', asker: 'skill-a', outcome: 'given', at: minute, count: 2 },
    ]);
    expect(await bath.common.uses(mungedId, 1)).toHaveLength(1);
    expect(await bath.common.uses(appOf('other').mungedId, 10)).toEqual([]);
  });

  test('waits while the database is away, and is written when it is back', async () => {
    const kitchen = await open('kitchen');
    await server.kill();
    try {
      kitchen.common.noteUse({ mungedId, asker: 'skill-a', outcome: 'given', at: Date.now() });
      await expect(kitchen.common.uses(undefined, 10)).rejects.toMatchObject({ code: 'store_unavailable' });
    } finally {
      await server.start();
    }
    const uses = await eventually('it is written', () =>
      kitchen.common.uses(undefined, 10).catch(() => false),
    );
    expect(uses).toMatchObject([{ asker: 'skill-a', count: 1 }]);
  });

  test('keeps no more than its most rows', async () => {
    const kitchen = await open('kitchen');
    server.sql(
      fleet.database,
      `insert into ovos_oauth.uses (at, device, munged_id, asker, outcome, count)
       select now() - case when n < 3 then interval '91 days' else interval '0' end, 'old', 'x', n::text, 'given', 1
       from generate_series(1, 20) as n`,
    );
    const { Audit } = await import('../../src/store/postgres/audit.ts');
    const { queryOn } = await import('../../src/store/postgres/database.ts');
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: fleet.url, host: fleet.address.host });
    await client.connect();
    const { systemClock: clock } = await import('../../src/clock.ts');
    const { silentLog: log } = await import('../../src/log.ts');
    const audit = new Audit({ query: queryOn(client), device: 'kitchen', clock, log, most: 5 });
    await audit.sweep(queryOn(client));
    await client.end();
    const left = await kitchen.common.uses(undefined, 100);
    expect(left.map(({ asker }) => asker)).toEqual(['20', '19', '18', '17', '16']);
  });
});
