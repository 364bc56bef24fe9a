import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appOf, attemptOf, connectionOf, idOf, tokenOf } from './store-samples.ts';
import type { Store } from '../../src/store/port.ts';

/** A place in which stores can be opened one after the other. */
export interface StoreSite {
  /** Opens what the last store of this site left. */
  open(): Promise<Store>;
  remove(): Promise<void>;
}

/** What holds for every {@link Store}. */
export function storeContract(name: string, createSite: () => Promise<StoreSite>): void {
  describe(`${name} keeps the store's contract`, () => {
    let site: StoreSite;
    let store: Store;

    beforeEach(async () => {
      site = await createSite();
      store = await site.open();
    });

    afterEach(async () => {
      await store.close();
      await site.remove();
    });

    async function reopen(): Promise<void> {
      await store.close();
      store = await site.open();
    }

    test('what is committed can be read at once and after the store is opened again', async () => {
      const app = appOf('one');
      const attempt = attemptOf('state 1', { linkCode: 'CODE' });
      const connection = connectionOf('one');
      const mungedId = app.mungedId;
      const token = { mungedId, tokenSet: tokenOf('first'), reason: 'invalid_grant', at: 5 } as const;
      await store.commit(
        [
          { op: 'put_app', app },
          { op: 'put_token', mungedId, tokenSet: tokenOf('second') },
          { op: 'put_connection', connection },
          { op: 'quarantine_token', token },
          { op: 'put_attempt', attempt },
        ],
        'synced',
      );
      for (let look = 0; look < 2; look += 1) {
        expect(await store.app(mungedId)).toEqual(app);
        expect(await store.apps()).toEqual([app]);
        expect(await store.token(mungedId)).toEqual(tokenOf('second'));
        expect(await store.tokens()).toEqual(new Map([[mungedId, tokenOf('second')]]));
        expect(await store.connection(mungedId)).toEqual(connection);
        expect(await store.connections()).toEqual(new Map([[mungedId, connection]]));
        expect(await store.quarantined(mungedId)).toEqual([token]);
        expect(await store.attempt('state 1')).toEqual(attempt);
        expect(await store.attempts()).toEqual([attempt]);
        expect(await store.attemptsOfLink('CODE')).toEqual([attempt]);
        await reopen();
      }
    });

    test('what is deleted is gone, also after the store is opened again', async () => {
      const { mungedId } = appOf('one');
      const token = { mungedId, tokenSet: tokenOf('first'), reason: 'invalid_grant', at: 5 } as const;
      await store.commit(
        [
          { op: 'put_app', app: appOf('one') },
          { op: 'put_token', mungedId, tokenSet: tokenOf('first') },
          { op: 'put_connection', connection: connectionOf('one') },
          { op: 'quarantine_token', token },
          { op: 'put_attempt', attempt: attemptOf('state 1', { linkCode: 'CODE' }) },
        ],
        'synced',
      );
      await store.commit(
        [
          { op: 'delete_app', mungedId },
          { op: 'delete_token', mungedId },
          { op: 'delete_connection', mungedId },
          { op: 'delete_quarantined', mungedId },
          { op: 'delete_attempt', state: 'state 1' },
        ],
        'synced',
      );
      for (let look = 0; look < 2; look += 1) {
        expect(await store.apps()).toEqual([]);
        expect(await store.tokens()).toEqual(new Map());
        expect(await store.connections()).toEqual(new Map());
        expect(await store.quarantined(mungedId)).toEqual([]);
        expect(await store.attempts()).toEqual([]);
        expect(await store.attemptsOfLink('CODE')).toEqual([]);
        await reopen();
      }
    });

    test('nothing is known of what was never committed', async () => {
      const mungedId = idOf('nobody');
      expect(await store.app(mungedId)).toBeUndefined();
      expect(await store.token(mungedId)).toBeUndefined();
      expect(await store.connection(mungedId)).toBeUndefined();
      expect(await store.quarantined(mungedId)).toEqual([]);
      expect(await store.attempt('state')).toBeUndefined();
      expect(await store.reread(mungedId)).toBeUndefined();
    });

    test('the changes of a commit count in their order', async () => {
      const mungedId = idOf('one');
      await store.commit(
        [
          { op: 'put_token', mungedId, tokenSet: tokenOf('first') },
          { op: 'delete_token', mungedId },
          { op: 'put_token', mungedId, tokenSet: tokenOf('second') },
        ],
        'synced',
      );
      expect(await store.token(mungedId)).toEqual(tokenOf('second'));
    });

    test('commits asked for at once are all kept, the later one last', async () => {
      const commits = Array.from({ length: 200 }, (_, version) =>
        store.commit(
          [{ op: 'put_app', app: { ...appOf(`number ${version % 20}`), scope: String(version) } }],
          version % 3 === 0 ? 'written' : 'synced',
        ),
      );
      await Promise.all(commits);
      await reopen();
      const scopes = (await store.apps())
        .map(({ scope }) => Number(scope))
        .toSorted((one, other) => one - other);
      expect(scopes).toEqual(Array.from({ length: 20 }, (_, index) => 180 + index));
    });

    test('quarantined tokens come newest first', async () => {
      const mungedId = idOf('one');
      for (const [at, name] of ['first', 'second', 'third'].entries()) {
        const token = { mungedId, tokenSet: tokenOf(name), reason: 'invalid_grant', at } as const;
        await store.commit([{ op: 'quarantine_token', token }], 'synced');
      }
      await reopen();
      expect((await store.quarantined(mungedId)).map(({ at }) => at)).toEqual([2, 1, 0]);
    });

    test('the attempts of a link come oldest first, whatever happens to them', async () => {
      for (const state of ['a', 'b', 'c']) {
        await store.commit(
          [{ op: 'put_attempt', attempt: attemptOf(state, { linkCode: 'CODE' }) }],
          'written',
        );
      }
      const bound = attemptOf('a', { linkCode: 'CODE', browser: 'digest' });
      await store.commit([{ op: 'put_attempt', attempt: bound }], 'written');
      await reopen();
      expect((await store.attemptsOfLink('CODE')).map(({ state }) => state)).toEqual(['a', 'b', 'c']);
      expect(await store.attemptsOfLink('OTHER')).toEqual([]);
    });

    test('of any number of callers exactly one claims an attempt', async () => {
      await store.commit([{ op: 'put_attempt', attempt: attemptOf('state') }], 'written');
      const claims = await Promise.all(Array.from({ length: 16 }, () => store.claimAttempt('state', 7)));
      expect(claims.filter(({ status }) => status === 'claimed')).toEqual([
        { status: 'claimed', attempt: { ...attemptOf('state'), claimedAt: 7 } },
      ]);
      expect(claims.filter(({ status }) => status === 'used')).toHaveLength(15);
    });

    test('a claim outlives a restart', async () => {
      await store.commit([{ op: 'put_attempt', attempt: attemptOf('state') }], 'written');
      await store.claimAttempt('state', 7);
      await reopen();
      expect(await store.claimAttempt('state', 8)).toMatchObject({
        status: 'used',
        attempt: { claimedAt: 7 },
      });
    });

    test('an attempt that has ended can not be claimed', async () => {
      const attempt = attemptOf('state', { end: { at: 5, outcome: 'attempt_expired' } });
      await store.commit([{ op: 'put_attempt', attempt }], 'written');
      expect(await store.claimAttempt('state', 7)).toEqual({ status: 'used', attempt });
    });

    test('an attempt that was never made can not be claimed', async () => {
      expect(await store.claimAttempt('state', 7)).toEqual({ status: 'unknown' });
    });

    test('work for one connection is done alone and in order, for another at the same time', async () => {
      const steps: string[] = [];
      let letGo = (): void => {};
      const otherHasBegun = new Promise<void>((resolve) => (letGo = resolve));
      const work = (name: string, wait?: Promise<void>) => async (): Promise<string> => {
        steps.push(`${name} begins`);
        await (wait ?? new Promise((resolve) => setTimeout(resolve, 5)));
        steps.push(`${name} ends`);
        return name;
      };
      const results = await Promise.all([
        store.exclusively(idOf('one'), work('a', otherHasBegun)),
        store.exclusively(idOf('one'), work('b')),
        store.exclusively(idOf('two'), () => {
          letGo();
          return work('c')();
        }),
      ]);
      expect(results).toEqual(['a', 'b', 'c']);
      expect(steps.indexOf('b begins')).toBeGreaterThan(steps.indexOf('a ends'));
    });

    test('work that fails lets the next one have its turn', async () => {
      const failed = store.exclusively(idOf('one'), () => Promise.reject(new Error('no')));
      const next = store.exclusively(idOf('one'), () => Promise.resolve('done'));
      await expect(failed).rejects.toThrow('no');
      expect(await next).toBe('done');
    });

    test('what has to keep others off an expired token is done, and may commit meanwhile', async () => {
      const mungedId = idOf('one');
      await store.commit(
        [{ op: 'put_token', mungedId, tokenSet: { ...tokenOf('old'), expires_at: 1 } }],
        'synced',
      );
      const done = await Promise.all(
        ['a', 'b'].map((name) =>
          store.keepingOthersOff(mungedId, async () => {
            await store.commit([{ op: 'put_token', mungedId, tokenSet: tokenOf(name) }], 'synced');
            return (await store.reread(mungedId))?.access_token;
          }),
        ),
      );
      expect(done).toHaveLength(2);
      expect(done).toContain(tokenOf('b').access_token);
      const failed = store.keepingOthersOff(mungedId, () => Promise.reject(new Error('no')));
      await expect(failed).rejects.toThrow('no');
    });

    test('every field of a token set is kept, unknown and strange ones too', async () => {
      const mungedId = idOf('one');
      const tokenSet = {
        ...tokenOf('first'),
        expires_at: 1_766_500_000.123,
        account: { name: 'Grüße 🎵', ids: [1, null, true, { deep: [] }], empty: {} },
        ['__proto__']: 'own',
      };
      await store.commit([{ op: 'put_token', mungedId, tokenSet }], 'synced');
      await reopen();
      expect(await store.token(mungedId)).toStrictEqual(tokenSet);
    });

    test('ids of any characters are kept apart', async () => {
      const ids = ['__proto__', '../../etc', 'a/b', 'a%2Fb', 'grüße', '0', 'constructor', 'new\nline'];
      const apps = ids.map((id) => ({ ...appOf('x'), mungedId: idOf(id) }));
      for (const app of apps) await store.commit([{ op: 'put_app', app }], 'synced');
      await reopen();
      expect(await store.apps()).toEqual(apps);
    });

    test('a closed store takes no commit', async () => {
      await store.close();
      await expect(store.commit([{ op: 'put_app', app: appOf('one') }], 'synced')).rejects.toMatchObject({
        code: 'store_unavailable',
      });
    });
  });
}
