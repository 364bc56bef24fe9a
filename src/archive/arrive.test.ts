import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TokenSet } from '../oauth/token-set.ts';
import type { Store } from '../store/port.ts';
import type { Connection } from '../store/records.ts';
import { appOf, connectionOf, tokenOf } from '../../test/support/store-samples.ts';
import { MemoryStore } from '../../test/support/memory-store.ts';
import { importArchive } from './move.ts';
import { type Contents, decodeContents, encodeContents, type Holdings, holdingsOf } from './contents.ts';
import { arrive } from './arrive.ts';
import { leaveBehind } from './leave.ts';

const APP = appOf('one');
const ID = APP.mungedId;
const clock = { now: () => 1_000_000 };
const yes = async (): Promise<boolean> => true;

async function storeWith(
  tokenSet: TokenSet | undefined,
  connection: Partial<Connection> = {},
  app = APP,
): Promise<Store> {
  const store = new MemoryStore();
  await store.commit([{ op: 'put_app', app }], 'synced');
  await store.commit(
    [{ op: 'put_connection', connection: { ...connectionOf('one'), ...connection } }],
    'synced',
  );
  if (tokenSet !== undefined) await store.commit([{ op: 'put_token', mungedId: ID, tokenSet }], 'synced');
  return store;
}

async function archiveOf(store: Store): Promise<Contents> {
  return decodeContents(encodeContents(await holdingsOf(store), 'move'), '/archive');
}

async function bring(from: Store, to: Store) {
  return importArchive({ store: to, contents: await archiveOf(from), clock, confirm: yes });
}

describe('an import', () => {
  test('into a new device brings everything as it was', async () => {
    const from = await storeWith(tokenOf('a'), { grantedAt: 5, redirectUri: 'http://127.0.0.1/', since: 4 });
    const kept = { mungedId: ID, tokenSet: tokenOf('old'), reason: 'invalid_grant', at: 3 } as const;
    await from.commit([{ op: 'quarantine_token', token: kept }], 'synced');
    const to = new MemoryStore();
    expect(await bring(from, to)).toMatchObject({ taken: [ID], kept: [], replaced: [] });
    expect(await holdingsOf(to)).toEqual(await holdingsOf(from));
  });

  test.each<[string, Partial<Connection>, object, Partial<Connection>, object, 'theirs' | 'ours']>([
    ['the later sign-in', { grantedAt: 2 }, { expires_at: 1 }, { grantedAt: 1 }, { expires_at: 2 }, 'theirs'],
    ['the later sign-in', { grantedAt: 1 }, { expires_at: 2 }, { grantedAt: 2 }, { expires_at: 1 }, 'ours'],
    [
      'the later token of one sign-in',
      { grantedAt: 1 },
      { expires_at: 2 },
      { grantedAt: 1 },
      { expires_at: 1 },
      'theirs',
    ],
    [
      'the later token of one sign-in',
      { grantedAt: 1 },
      { expires_at: 1 },
      { grantedAt: 1 },
      { expires_at: 2 },
      'ours',
    ],
    ['what the device has, where nobody knows', {}, {}, {}, { expires_at: 2 }, 'ours'],
  ])(
    'keeps %s, and the other one aside',
    async (_rule, theirConnection, theirFields, ourConnection, ourFields, winner) => {
      const theirs = { ...tokenOf('theirs'), ...theirFields };
      const ours = { ...tokenOf('ours'), ...ourFields };
      const to = await storeWith(ours, ourConnection);
      const arrival = await bring(await storeWith(theirs, theirConnection), to);
      const [won, lost] = winner === 'theirs' ? [theirs, ours] : [ours, theirs];
      expect(await to.token(ID)).toEqual(won);
      expect(await to.quarantined(ID)).toMatchObject([{ tokenSet: lost, reason: 'replaced_import' }]);
      expect(arrival).toMatchObject(
        winner === 'theirs' ? { taken: [ID], replaced: [ID] } : { kept: [ID], replaced: [] },
      );
    },
  );

  test('asks before anything of the device gives way, and changes nothing after a no', async () => {
    const to = await storeWith(tokenOf('ours'), { grantedAt: 1 });
    const before = await holdingsOf(to);
    const contents = await archiveOf(await storeWith(tokenOf('theirs'), { grantedAt: 2 }));
    const asked: unknown[] = [];
    const confirm = async ({ replaced }: { replaced: readonly string[] }): Promise<boolean> => {
      asked.push(replaced);
      return false;
    };
    expect(await importArchive({ store: to, contents, clock, confirm })).toBeUndefined();
    expect(asked).toEqual([[ID]]);
    expect(await holdingsOf(to)).toEqual(before);
  });

  test('is one commit: a disk that refuses it has taken nothing', async () => {
    const to = new MemoryStore();
    to.isFull = true;
    await expect(bring(await storeWith(tokenOf('a')), to)).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    to.isFull = false;
    expect((await holdingsOf(to)).apps.size).toBe(0);
  });

  test('brings credentials to an app that has none, and none to an app that has its own', async () => {
    const bare = { ...APP, clientId: null, clientSecret: null };
    const own = { ...APP, clientId: 'own' };
    for (const [here, expected] of [
      [bare, APP],
      [own, own],
    ] as const) {
      const to = await storeWith(undefined, { state: 'disconnected' }, here);
      await bring(await storeWith(undefined, { state: 'disconnected' }), to);
      expect(await to.app(ID)).toEqual(expected);
    }
  });

  test('on the device that everything was moved from brings it back', async () => {
    const store = await storeWith(tokenOf('a'), { grantedAt: 5 });
    const before = await holdingsOf(store);
    const contents = await archiveOf(store);
    await store.commit(leaveBehind(before, 9), 'synced');
    expect(await store.token(ID)).toBeUndefined();
    expect(await store.quarantined(ID)).toMatchObject([{ tokenSet: tokenOf('a'), reason: 'moved' }]);
    await importArchive({ store, contents, clock, confirm: yes });
    expect(await holdingsOf(store)).toEqual(before);
  });

  test('twice is as once', async () => {
    const from = await storeWith(tokenOf('theirs'), { grantedAt: 2 });
    const to = await storeWith(tokenOf('ours'), { grantedAt: 1 });
    await bring(from, to);
    const after = await holdingsOf(to);
    expect(await bring(from, to)).toMatchObject({ replaced: [] });
    expect(await holdingsOf(to)).toEqual(after);
  });
});

describe('a device that was moved away from', () => {
  test('sends no request with what it keeps aside: no refresh, no other try, no revocation', async () => {
    const revival = await storeWith(undefined, {
      state: 'needs_user',
      reason: 'invalid_grant',
      revival: { tries: 0, nextAt: 1 },
    });
    const revocation = await storeWith(undefined, {
      state: 'disconnected',
      revocation: { tries: 0, nextAt: 1 },
    });
    for (const store of [
      revival,
      revocation,
      await storeWith(tokenOf('a'), { intent: { spent: 'x', at: 1 } }),
    ]) {
      await store.commit(leaveBehind(await holdingsOf(store), 9), 'synced');
      const connection = await store.connection(ID);
      expect(connection?.state).toBe('disconnected');
      expect(connection).not.toHaveProperty('revival');
      expect(connection).not.toHaveProperty('revocation');
      expect(connection).not.toHaveProperty('intent');
      expect(await store.token(ID)).toBeUndefined();
      expect(await store.app(ID)).toEqual(APP);
    }
  });
});

test('of any two devices no refresh token is lost in an import, and a second import changes nothing', async () => {
  const tokenSets = fc.option(
    fc.record({ name: fc.constantFrom('a', 'b', 'c'), end: fc.option(fc.nat(3), { nil: undefined }) }).map(
      ({ name, end }): TokenSet => ({
        ...tokenOf(name),
        ...(end === undefined ? {} : { expires_at: end }),
      }),
    ),
    { nil: undefined },
  );
  const connections = fc.record({ grantedAt: fc.nat(3) }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(
      tokenSets,
      connections,
      tokenSets,
      connections,
      async (theirs, theirConnection, ours, ourConnection) => {
        const from = await storeWith(theirs, theirConnection);
        const to = await storeWith(ours, ourConnection);
        await bring(from, to);
        const after: Holdings = await holdingsOf(to);
        const all = [
          after.tokens.get(ID),
          ...(after.quarantine.get(ID) ?? []).map(({ tokenSet }) => tokenSet),
        ];
        const refreshTokens = new Set(all.map((tokenSet) => tokenSet?.refresh_token));
        for (const tokenSet of [theirs, ours]) {
          expect(tokenSet === undefined || refreshTokens.has(tokenSet.refresh_token)).toBe(true);
        }
        expect(after.tokens.has(ID)).toBe(theirs !== undefined || ours !== undefined);
        expect(
          arrive(await archiveOf(from), after, 7).changes.filter(({ op }) => op === 'delete_token'),
        ).toEqual([]);
      },
    ),
  );
});
