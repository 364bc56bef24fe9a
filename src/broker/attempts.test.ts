import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryStore } from '../../test/support/memory-store.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import type { Attempt } from '../store/records.ts';
import { Attempts } from './attempts.ts';
import { EventLog } from './event-log.ts';
import { mungedIdOf } from './munged-id.ts';

const MINUTE = 60_000;
const MOST_WAITING = 64;
const FIELDS = {
  mungedId: mungedIdOf({ skillId: 'skill', appId: 'app' }),
  method: 'loopback',
  redirectUri: 'http://127.0.0.1:36536/auth/callback/skill_app',
} as const;

let store: MemoryStore;
let clock: SimulatedClock;
let ended: string[];
let attempts: Attempts;

beforeEach(() => {
  store = new MemoryStore();
  clock = new SimulatedClock();
  ended = [];
  attempts = new Attempts({
    store,
    clock,
    random: seededRandom(1),
    events: {
      signInStarted() {},
      tokenReceived() {},
      signInFailed() {},
      statusChanged() {},
      endpointsChanged() {},
      attemptEnded: ({ attempt }) => void ended.push(attempt.state),
    },
    eventLog: new EventLog(clock),
    lifetime: 10 * MINUTE,
  });
});

async function fill(): Promise<readonly Attempt[]> {
  const all: Attempt[] = [];
  while (all.length < MOST_WAITING) all.push(await attempts.create(FIELDS));
  return all;
}

describe('where an app has as many attempts waiting as it may', () => {
  test('the oldest one gives way to a new one', async () => {
    const [oldest, second] = await fill();
    await attempts.create(FIELDS);
    await attempts.create(FIELDS);
    expect(ended).toEqual([oldest?.state, second?.state]);
    expect(await store.attempts()).toHaveLength(MOST_WAITING);
  });

  test('as many give way as come at once', async () => {
    const all = await fill();
    await Promise.all([attempts.create(FIELDS), attempts.create(FIELDS), attempts.create(FIELDS)]);
    expect(ended).toEqual(all.slice(0, 3).map(({ state }) => state));
    expect(await store.attempts()).toHaveLength(MOST_WAITING);
  });

  test('the oldest one still expires after a new one could not be kept', async () => {
    const [oldest] = await fill();
    store.isFull = true;
    await expect(attempts.create(FIELDS)).rejects.toMatchObject({ code: 'store_unavailable' });
    store.isFull = false;
    await clock.advance(10 * MINUTE);
    expect(ended).toContain(oldest?.state);
    expect((await store.attempt(oldest?.state ?? ''))?.end).toMatchObject({ outcome: 'attempt_expired' });
  });

  test('the oldest one is the next to give way after a new one could not be kept', async () => {
    const [oldest] = await fill();
    store.isFull = true;
    await expect(attempts.create(FIELDS)).rejects.toMatchObject({ code: 'store_unavailable' });
    store.isFull = false;
    await attempts.create(FIELDS);
    expect(ended).toEqual([oldest?.state]);
  });
});

describe('where all apps together have as much waiting as they may', () => {
  const of = (appId: string, asker: string) =>
    attempts.create({ ...FIELDS, mungedId: mungedIdOf({ skillId: 'skill', appId }), asker });

  test('one that floods pushes out its own, and nobody else', async () => {
    const quiet = await of('quiet', 'x'.repeat(100));
    // Every group has as many as it may, of the largest contexts that are kept.
    for (let group = 0; group < 8; group += 1) {
      for (let count = 0; count < MOST_WAITING; count += 1) await of(`mad-${group}`, 'x'.repeat(65_536));
    }
    const left = await store.attempts();
    expect(left.reduce((sum, { asker = '' }) => sum + asker.length + 1_024, 0)).toBeLessThanOrEqual(
      16 * 1024 * 1024,
    );
    expect(left).toHaveLength(253);
    expect(ended).not.toContain(quiet.state);
    const newcomer = await of('another', 'x'.repeat(65_536));
    expect(await store.attempt(newcomer.state)).toBeDefined();
    expect(ended).not.toContain(quiet.state);
  });

  test('there is room again when they have ended', async () => {
    for (let count = 0; count < MOST_WAITING; count += 1) await of('one', 'x'.repeat(65_536));
    await clock.advance(10 * MINUTE);
    ended.length = 0;
    for (let app = 0; app < 3; app += 1) {
      for (let count = 0; count < MOST_WAITING; count += 1) await of(`app-${app}`, 'x'.repeat(65_536));
    }
    expect(ended).toEqual([]);
  });
});

test('attempts that could not be kept take nobody’s place', async () => {
  store.isFull = true;
  for (let tries = 0; tries < 2 * MOST_WAITING; tries += 1) {
    await expect(attempts.create(FIELDS)).rejects.toMatchObject({ code: 'store_unavailable' });
  }
  store.isFull = false;
  const kept = await fill();
  expect(ended).toEqual([]);
  expect(await store.attempts()).toEqual(kept);
});
