import { expect, test } from 'vitest';
import { MemoryStore } from '../../test/support/memory-store.ts';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import type { Change, Durability } from '../store/port.ts';
import type { MungedId } from '../store/records.ts';
import { EventLog } from './event-log.ts';
import { TokenKeeper } from './token-keeper.ts';

const ID = 'skill_app' as MungedId;

/** A store that is slow to say that a commit is durable. */
class SlowStore extends MemoryStore {
  gate: Promise<void> = Promise.resolve();

  override async commit(changes: readonly Change[], durability: Durability): Promise<void> {
    await super.commit(changes, durability);
    await this.gate;
  }
}

function token(name: string): { access_token: string; refresh_token: string } {
  return { access_token: name, refresh_token: name };
}

async function keeperWithUnsaved(): Promise<{
  store: SlowStore;
  clock: SimulatedClock;
  keeper: TokenKeeper;
}> {
  const store = new SlowStore();
  const clock = new SimulatedClock();
  const keeper = new TokenKeeper(store, clock, new EventLog(clock));
  store.isFull = true;
  const connection = { mungedId: ID, state: 'connected', since: 7 } as const;
  await keeper.keep(ID, token('old'), [{ op: 'put_connection', connection }]);
  store.isFull = false;
  return { store, clock, keeper };
}

test('a retry never writes an older token over one that is being saved', async () => {
  const { store, clock, keeper } = await keeperWithUnsaved();
  let open: () => void = () => undefined;
  store.gate = new Promise((resolve) => (open = resolve));
  const saving = store.exclusively(ID, () => keeper.keep(ID, token('new'), []));
  await clock.advance(1_000);
  await clock.advance(9_000);
  open();
  await saving;
  await clock.advance(10_000);
  expect((await store.token(ID))?.refresh_token).toBe('new');
});

test('a retry never brings back what was ended meanwhile', async () => {
  const { store, clock, keeper } = await keeperWithUnsaved();
  let open: () => void = () => undefined;
  store.gate = new Promise((resolve) => (open = resolve));
  const ending = store.exclusively(ID, async () => {
    await store.commit([{ op: 'delete_token', mungedId: ID }], 'synced');
    keeper.forget(ID);
  });
  await clock.advance(1_000);
  await clock.advance(9_000);
  open();
  await ending;
  await clock.advance(10_000);
  expect(await store.token(ID)).toBeUndefined();
});

test('what came with an unsaved token is kept with its successor', async () => {
  const { store, keeper } = await keeperWithUnsaved();
  await keeper.keep(ID, token('new'), []);
  expect((await store.connection(ID))?.since).toBe(7);
});
