import type { Clock } from '../clock.ts';
import { OAuthBrokerError } from '../errors.ts';
import type { Store } from '../store/port.ts';
import type { MungedId } from '../store/records.ts';
import { arrive } from './arrive.ts';
import { type Holdings, holdingsOf, idsOf } from './contents.ts';
import { leaveBehind } from './leave.ts';

export interface Moved {
  readonly apps: number;
  /** Sign-ins that went over. */
  readonly signIns: number;
  /** Those of which the other store has as new or newer. */
  readonly kept: readonly MungedId[];
}

/**
 * Moves everything from one open store to another, app by app: it is durable there before the first one stops using it.
 * Whenever the process ends in between, the next call goes on; nothing is lost, and moving twice is as moving once.
 *
 * @throws OAuthBrokerError `store_unavailable`; what has not been moved is where it was
 */
export async function moveBetween(from: Store, to: Store, clock: Pick<Clock, 'now'>): Promise<Moved> {
  const kept: MungedId[] = [];
  let [apps, signIns] = [0, 0];
  for (const mungedId of idsOf(await holdingsOf(from))) {
    // Other brokers may be running on a common store: nobody is in the middle of a renewal.
    await from.exclusively(mungedId, async () => {
      await from.reread(mungedId);
      const leaving = await holdingOf(from, mungedId);
      if (hasLeft(leaving, mungedId)) return;
      const arrival = arrive(leaving, await holdingOf(to, mungedId), clock.now());
      if (arrival.changes.length > 0) await to.commit(arrival.changes, 'synced');
      await verify(to, leaving, mungedId);
      await from.commit(leaveBehind(leaving, clock.now()), 'synced');
      apps += leaving.apps.size;
      signIns += arrival.taken.length;
      kept.push(...arrival.kept);
    });
  }
  return { apps, signIns, kept };
}

/** What {@link moveBetween} would do. */
export async function wouldMove(from: Store, to: Store, clock: Pick<Clock, 'now'>): Promise<Moved> {
  const kept: MungedId[] = [];
  let [apps, signIns] = [0, 0];
  for (const mungedId of idsOf(await holdingsOf(from))) {
    const leaving = await holdingOf(from, mungedId);
    if (hasLeft(leaving, mungedId)) continue;
    const arrival = arrive(leaving, await holdingOf(to, mungedId), clock.now());
    apps += leaving.apps.size;
    signIns += arrival.taken.length;
    kept.push(...arrival.kept);
  }
  return { apps, signIns, kept };
}

async function holdingOf(store: Store, mungedId: MungedId): Promise<Holdings> {
  const [app, tokenSet, connection, quarantined] = await Promise.all([
    store.app(mungedId),
    store.token(mungedId),
    store.connection(mungedId),
    store.quarantined(mungedId),
  ]);
  const only = <T>(value: T | undefined): ReadonlyMap<MungedId, T> =>
    new Map(value === undefined ? [] : [[mungedId, value]]);
  return {
    apps: only(app),
    tokens: only(tokenSet),
    connections: only(connection),
    quarantine: only(quarantined.length === 0 ? undefined : quarantined),
  };
}

/** An earlier move has taken it: the store keeps only what says so. */
function hasLeft({ tokens, connections }: Holdings, mungedId: MungedId): boolean {
  return !tokens.has(mungedId) && connections.get(mungedId)?.reason === 'moved';
}

/** Looks whether it has arrived: as it was, or something newer that was there before. */
async function verify(to: Store, { apps, tokens }: Holdings, mungedId: MungedId): Promise<void> {
  await to.reread(mungedId);
  const [app, tokenSet] = [await to.app(mungedId), await to.token(mungedId)];
  const isThere =
    (!apps.has(mungedId) || app !== undefined) && (!tokens.has(mungedId) || tokenSet !== undefined);
  if (!isThere) throw new OAuthBrokerError('store_unavailable', { app: mungedId });
}
