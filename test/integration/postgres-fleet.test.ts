import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../src/store/port.ts';
import type { App, MungedId } from '../../src/store/records.ts';
import { appOf, attemptOf, connectionOf, tokenOf } from '../support/store-samples.ts';
import { Sealer } from '../../src/store/sealing.ts';
import { digestOfTokenSet, NO_TOKEN } from '../../src/store/token-digest.ts';
import { eventually } from '../support/eventually.ts';
import { createFleet, type PostgresFleet } from '../support/postgres-fleet.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { recordedLog } from '../support/recorded-log.ts';

// What holds for several stores on one database, beyond the contract that each keeps by itself.

const app: App = appOf('one');
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

async function open(...given: Parameters<PostgresFleet['store']>): Promise<Store> {
  const store = fleet.store(...given);
  stores.push(store);
  await store.open();
  return store;
}

const two = (): Promise<[Store, Store]> => Promise.all([open('kitchen'), open('bath')]);

describe('several stores on one database', () => {
  test('see at once what was committed by the other after they have asked, and soon what they had read before', async () => {
    const [kitchen, bath] = await two();
    await kitchen.commit([{ op: 'put_app', app }], 'synced');
    expect(await bath.app(mungedId)).toEqual(app);
    const changed = { ...app, scope: 'more' };
    await kitchen.commit([{ op: 'put_app', app: changed }], 'synced');
    await eventually('the other has heard of it', async () => (await bath.app(mungedId))?.scope === 'more');
    await kitchen.commit([{ op: 'delete_app', mungedId }], 'synced');
    await eventually('the other has heard of it', async () => (await bath.app(mungedId)) === undefined);
  });

  test('give an attempt to one of many who claim it', async () => {
    const [kitchen, bath] = await two();
    await kitchen.commit([{ op: 'put_attempt', attempt: attemptOf('state') }], 'written');
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => [kitchen, bath].map((store) => store.claimAttempt('state', 7))).flat(),
    );
    expect(claims.filter(({ status }) => status === 'claimed')).toHaveLength(1);
    expect(claims.filter(({ status }) => status === 'used')).toHaveLength(15);
  });

  test('know of an attempt where it was asked for, and leave it to that device', async () => {
    const [kitchen, bath] = await two();
    await kitchen.commit(
      [{ op: 'put_attempt', attempt: attemptOf('state', { linkCode: 'CODE' }) }],
      'written',
    );
    expect(await kitchen.attempt('state')).not.toHaveProperty('origin');
    expect(await bath.attempt('state')).toMatchObject({ origin: 'kitchen' });
    expect(await bath.attemptsOfLink('CODE')).toHaveLength(1);
    expect(await kitchen.attempts()).toHaveLength(1);
    expect(await bath.attempts()).toEqual([]);
  });

  test('do not let an outdated look undo a claim or an end', async () => {
    const [kitchen, bath] = await two();
    const attempt = attemptOf('state');
    await kitchen.commit([{ op: 'put_attempt', attempt }], 'written');
    await bath.claimAttempt('state', 7);
    await kitchen.commit(
      [{ op: 'put_attempt', attempt: { ...attempt, end: { at: 8, outcome: 'attempt_expired' } } }],
      'written',
    );
    expect(await kitchen.attempt('state')).toEqual({ ...attempt, claimedAt: 7 });
  });

  test('tell a device what it can open, however much lies before it that it cannot', async () => {
    const [kitchen, bath] = await two();
    const heard: string[] = [];
    bath.onElsewhere(async ({ what }) => void heard.push(what));
    server.sql(
      fleet.database,
      `insert into ovos_oauth.announcements (device, sealed_body)
       select 'bath', 'sealed with a key that is not here' from generate_series(1, 250)`,
    );
    await kitchen.commit(
      [
        { op: 'put_app', app },
        { op: 'put_connection', connection: connectionOf('one') },
      ],
      'synced',
    );
    await eventually('the other device is told', () => heard.length > 0);
    expect(heard).toEqual(['state_changed']);
  });

  test('do work for one connection alone, whoever asks', async () => {
    const [kitchen, bath] = await two();
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (inside += 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
    };
    await Promise.all(
      Array.from({ length: 5 }, () =>
        [kitchen, bath].map((store) => store.exclusively(mungedId, work)),
      ).flat(),
    );
    expect(most).toBe(1);
  });

  test('hand out what is due to one of them', async () => {
    const dueAt = (): number => 1;
    const [kitchen, bath] = await Promise.all([open('kitchen', { dueAt }), open('bath', { dueAt })]);
    const apps = Array.from({ length: 30 }, (_, index) => appOf(`number ${index}`));
    await kitchen.commit(
      apps.map((one) => ({ op: 'put_app', app: one })),
      'synced',
    );
    const picked = await Promise.all([kitchen.due(10), bath.due(10), kitchen.due(10), bath.due(10)]);
    const ids = picked.flatMap(({ due }) => due.map((one) => one.app.mungedId));
    expect(ids.toSorted()).toEqual(apps.map((one) => one.mungedId).toSorted());
  });

  test('say when the next one is due', async () => {
    const soon = Date.now() + 20_000;
    const kitchen = await open('kitchen', { dueAt: () => soon });
    await kitchen.commit([{ op: 'put_app', app }], 'synced');
    const { due, nextIn } = await kitchen.due(10);
    expect(due).toEqual([]);
    expect(nextIn).toBeGreaterThan(0);
    expect(nextIn).toBeLessThanOrEqual(20_000);
  });
});

describe('compare-and-set', () => {
  const first = tokenOf('first');
  const second = tokenOf('second');
  const late = tokenOf('late');

  test('a token set that comes later than a newer one is set aside, with all that its commit says of the connection', async () => {
    const [kitchen, bath] = await two();
    const replaces = digestOfTokenSet(first);
    await kitchen.commit([{ op: 'put_token', mungedId, tokenSet: first }], 'synced');
    await bath.commit([{ op: 'put_token', mungedId, tokenSet: second, replaces }], 'synced');
    await bath.commit(
      [{ op: 'put_connection', connection: { ...connectionOf('one'), state: 'needs_user' } }],
      'synced',
    );
    await kitchen.commit(
      [
        { op: 'put_token', mungedId, tokenSet: late, replaces },
        { op: 'put_connection', connection: connectionOf('one') },
      ],
      'synced',
    );
    expect(await kitchen.reread(mungedId)).toEqual(second);
    expect(await kitchen.connection(mungedId)).toMatchObject({ state: 'needs_user' });
    expect(await kitchen.quarantined(mungedId)).toMatchObject([{ tokenSet: late, reason: 'superseded' }]);
  });

  test('the same commit once more changes nothing', async () => {
    const kitchen = await open('kitchen');
    const put = { op: 'put_token', mungedId, tokenSet: second, replaces: digestOfTokenSet(first) } as const;
    await kitchen.commit([{ op: 'put_token', mungedId, tokenSet: first }], 'synced');
    await kitchen.commit([put], 'synced');
    await kitchen.commit([put], 'synced');
    expect(await kitchen.token(mungedId)).toEqual(second);
    expect(await kitchen.quarantined(mungedId)).toEqual([]);
  });

  test('an answer that was thought lost counts after another broker was refused', async () => {
    const [kitchen, bath] = await two();
    await kitchen.commit([{ op: 'put_token', mungedId, tokenSet: first }], 'synced');
    await bath.commit(
      [
        { op: 'quarantine_token', token: { mungedId, tokenSet: first, reason: 'invalid_grant', at: 1 } },
        { op: 'delete_token', mungedId },
      ],
      'synced',
    );
    await kitchen.commit(
      [{ op: 'put_token', mungedId, tokenSet: second, replaces: digestOfTokenSet(first) }],
      'synced',
    );
    expect(await bath.reread(mungedId)).toEqual(second);
  });

  test('what the user has ended does not come back', async () => {
    const [kitchen, bath] = await two();
    await kitchen.commit([{ op: 'put_token', mungedId, tokenSet: first }], 'synced');
    await bath.commit([{ op: 'delete_token', mungedId }], 'synced');
    await kitchen.commit(
      [{ op: 'put_token', mungedId, tokenSet: second, replaces: digestOfTokenSet(first) }],
      'synced',
    );
    expect(await bath.reread(mungedId)).toBeUndefined();
    await bath.commit([{ op: 'put_token', mungedId, tokenSet: second, replaces: NO_TOKEN }], 'synced');
    expect(await bath.reread(mungedId)).toEqual(second);
  });
});

describe('who sees a connection', () => {
  test('is the device, its group or everybody, and the nearest counts', async () => {
    const own = await open('kitchen', { place: { home: 'device:kitchen', groups: ['ground'] } });
    const group = await open('bath', { place: { home: 'group:ground', groups: ['ground'] } });
    const other = await open('attic');
    const put = (store: Store, scope: string): Promise<void> =>
      store.commit([{ op: 'put_app', app: { ...app, scope } }], 'synced');
    await put(own, 'mine');
    expect(await group.app(mungedId)).toBeUndefined();
    await put(group, 'ours');
    expect(await other.app(mungedId)).toBeUndefined();
    await put(other, 'everybody’s');
    const scopes = await Promise.all(
      [own, group, other].map(async (store) => (await store.app(mungedId))?.scope),
    );
    expect(scopes).toEqual(['mine', 'ours', 'everybody’s']);
    expect((await own.apps()).map(({ scope }) => scope)).toEqual(['mine']);
  });

  test('does not wait for the turn of another one', async () => {
    const [one, other] = await Promise.all(
      ['a', 'b'].map((name) => open(name, { place: { home: `device:${name}` } })),
    );
    if (one === undefined || other === undefined) throw new Error('there is none');
    let letGo = (): void => {};
    let hasBegun = (): void => {};
    const begun = new Promise<void>((resolve) => (hasBegun = resolve));
    const held = one.exclusively(mungedId, () => {
      hasBegun();
      return new Promise<void>((resolve) => (letGo = resolve));
    });
    await begun;
    expect(await other.exclusively(mungedId, () => Promise.resolve('done'))).toBe('done');
    letGo();
    await held;
  });
});

describe('the schema', () => {
  test('is made by one of many that start at once', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => open(name)));
    expect(server.sql(fleet.database, 'select count(*) from ovos_oauth.meta')).toBe('1');
  });

  test('of a newer version is refused and left alone', async () => {
    await (await open('kitchen')).close();
    server.sql(fleet.database, 'update ovos_oauth.meta set version = 999');
    await expect(fleet.store('bath').open()).rejects.toMatchObject({ code: 'store_newer' });
    expect(server.sql(fleet.database, 'select version from ovos_oauth.meta')).toBe('999');
  });

  test('can be used with the rights that docs/fleet.md gives, and not without', async () => {
    await (await open('owner')).close();
    const role = `broker_${randomBytes(4).toString('hex')}`;
    server.sql(fleet.database, `create role ${role} login`);
    const address = { ...fleet.address, user: role };
    await expect(fleet.store('kitchen', { address }).open()).rejects.toMatchObject({ code: 'store_denied' });
    server.sql(
      fleet.database,
      `grant usage on schema ovos_oauth to ${role};
       grant select on ovos_oauth.meta to ${role};
       grant select, insert, update, delete on ovos_oauth.connections, ovos_oauth.quarantined,
         ovos_oauth.attempts, ovos_oauth.turns, ovos_oauth.announcements, ovos_oauth.devices,
         ovos_oauth.uses to ${role}`,
    );
    const kitchen = await open('kitchen', { address });
    await kitchen.commit(
      [
        { op: 'put_app', app },
        { op: 'put_token', mungedId, tokenSet: tokenOf('first') },
        { op: 'put_attempt', attempt: attemptOf('state') },
        { op: 'quarantine_token', token: { mungedId, tokenSet: tokenOf('old'), reason: 'moved', at: 1 } },
      ],
      'synced',
    );
    expect(
      await kitchen.exclusively(mungedId, async () => (await kitchen.reread(mungedId))?.access_token),
    ).toBe('access first');
    expect(await kitchen.claimAttempt('state', 1)).toMatchObject({ status: 'claimed' });
    await kitchen.due(1);
    expect(await kitchen.common?.uses(mungedId, 1)).toEqual([]);
  });
});

describe('another key', () => {
  const attempt = attemptOf('state', { asker: 'who asked' });

  test('seals everything anew at the next start, and the old one is needed no longer', async () => {
    const before = await open('kitchen');
    await before.commit(
      [
        { op: 'put_app', app },
        { op: 'put_token', mungedId, tokenSet: tokenOf('first') },
        { op: 'quarantine_token', token: { mungedId, tokenSet: tokenOf('old'), reason: 'moved', at: 1 } },
        { op: 'put_attempt', attempt },
      ],
      'synced',
    );
    await before.close();
    const newKey = randomBytes(32);
    const log = recordedLog();
    const changing = await open('kitchen', { sealer: new Sealer(newKey, [fleet.key]), log });
    await eventually('everything is sealed anew', () =>
      log.lines.some(({ message, count }) => message.includes('sealed with the current one') && count === 4),
    );
    await changing.close();
    const after = await open('kitchen', { sealer: new Sealer(newKey) });
    expect(await after.app(mungedId)).toEqual(app);
    expect(await after.token(mungedId)).toEqual(tokenOf('first'));
    expect(await after.quarantined(mungedId)).toHaveLength(1);
    expect(await after.attempt('state')).toEqual(attempt);
  });

  test('that is not the store’s opens nothing, and says so', async () => {
    await (await open('kitchen')).commit([{ op: 'put_app', app }], 'synced');
    const stranger = await open('stranger', { sealer: new Sealer(randomBytes(32)) });
    await expect(stranger.app(mungedId)).rejects.toMatchObject({ code: 'store_key_unknown' });
  });

  test('a value that is put into another row does not open', async () => {
    const kitchen = await open('kitchen');
    const other = appOf('two');
    await kitchen.commit(
      [app, other].map((one) => ({ op: 'put_app', app: one })),
      'synced',
    );
    server.sql(
      fleet.database,
      `update ovos_oauth.connections as mine set sealed_app = theirs.sealed_app
       from ovos_oauth.connections as theirs where mine.munged_id = '${mungedId}' and theirs.munged_id <> mine.munged_id`,
    );
    const bath = await open('bath');
    await expect(bath.app(mungedId)).rejects.toMatchObject({ code: 'store_seal_broken' });
    expect(await bath.app(other.mungedId)).toEqual(other);
    expect(await bath.apps()).toEqual([other]);
  });
});

describe('without the database', () => {
  test('a store opens, keeps what comes on this device, and brings it when the database is there', async () => {
    const known = await open('kitchen');
    await known.commit(
      [
        { op: 'put_app', app },
        { op: 'put_token', mungedId, tokenSet: tokenOf('first') },
      ],
      'synced',
    );
    await known.close();
    await server.kill();
    let kitchen: Store;
    try {
      kitchen = await open('kitchen');
      expect(await kitchen.app(mungedId)).toEqual(app);
      expect(await kitchen.token(mungedId)).toMatchObject({ access_token: 'access first' });
      expect(await kitchen.token(mungedId)).not.toHaveProperty('refresh_token');
      await expect(kitchen.app('unknown' as MungedId)).rejects.toMatchObject({ code: 'store_unavailable' });
      await expect(kitchen.exclusively(mungedId, () => Promise.resolve())).rejects.toMatchObject({
        code: 'store_unavailable',
      });
      await expect(kitchen.commit([{ op: 'put_app', app }], 'synced')).rejects.toMatchObject({
        code: 'store_unavailable',
      });
      const replaces = digestOfTokenSet(tokenOf('first'));
      await kitchen.commit([{ op: 'put_token', mungedId, tokenSet: tokenOf('second'), replaces }], 'synced');
      expect(await kitchen.token(mungedId)).toEqual(tokenOf('second'));
    } finally {
      await server.start();
    }
    const bath = await open('bath');
    await eventually(
      'the other has it',
      async () => (await bath.token(mungedId))?.access_token === 'access second',
    );
    expect(await bath.token(mungedId)).toEqual(tokenOf('second'));
    expect(await kitchen.token(mungedId)).toEqual(tokenOf('second'));
  });

  test('what replaces a connection does not wait for the turn of a broker that is stuck', async () => {
    const [kitchen, bath] = await two();
    let letGo = (): void => {};
    let hasBegun = (): void => {};
    const begun = new Promise<void>((resolve) => (hasBegun = resolve));
    const held = kitchen.exclusively(mungedId, () => {
      hasBegun();
      return new Promise<void>((resolve) => (letGo = resolve));
    });
    await begun;
    await bath.replacing(mungedId, () =>
      bath.commit([{ op: 'put_token', mungedId, tokenSet: tokenOf('new') }], 'synced'),
    );
    letGo();
    await held;
    expect(await kitchen.reread(mungedId)).toEqual(tokenOf('new'));
  });
});
