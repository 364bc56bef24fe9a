import { beforeEach, describe, expect, test } from 'vitest';
import { LoopBus } from '../../test/support/loop-bus.ts';
import { recordedLog } from '../../test/support/recorded-log.ts';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import { textOf } from '../../test/support/text-of.ts';
import { loadIntents } from '../locale/index.ts';
import { Intents } from './intents.ts';

const READY = 'mycroft.intents.is_ready';
const REGISTER = 'padatious:register_intent';
const DETACH = 'detach_intent';

let bus: LoopBus;
let clock: SimulatedClock;
let names: readonly string[];
let intents: Intents;

beforeEach(async () => {
  await Promise.all(['en', 'de'].map(loadIntents));
  bus = new LoopBus();
  clock = new SimulatedClock();
  names = ['Spotify'];
  intents = new Intents({
    bus,
    clock,
    log: recordedLog(),
    languages: ['en-us', 'de-AT', 'sv-SE'],
    names: async () => names,
  });
  bus.open();
});

async function becomesReady(): Promise<void> {
  bus.deliver(`${READY}.response`, { status: true });
  await clock.advance(0);
}

/** How often each intent was registered, by language. */
function registrations(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const data of bus.of(REGISTER)) {
    const key = `${textOf(data, 'name')} ${textOf(data, 'lang')}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

const ONCE = {
  'ovos-oauth:accounts.intent en-us': 1,
  'ovos-oauth:connect.intent en-us': 1,
  'ovos-oauth:disconnect.intent en-us': 1,
  'ovos-oauth:code.intent en-us': 1,
  'ovos-oauth:accounts.intent de-AT': 1,
  'ovos-oauth:connect.intent de-AT': 1,
  'ovos-oauth:disconnect.intent de-AT': 1,
  'ovos-oauth:code.intent de-AT': 1,
};

describe('the intents', () => {
  test('are registered once the intent service is ready, in every language that there is', async () => {
    expect(bus.of(REGISTER)).toEqual([]);
    bus.deliver(`${READY}.response`, { status: false });
    await clock.advance(0);
    expect(bus.of(REGISTER)).toEqual([]);
    await becomesReady();
    await becomesReady();
    expect(registrations()).toEqual(ONCE);
    const [connect] = bus.of(REGISTER).filter(({ name }) => name === 'ovos-oauth:connect.intent');
    expect(connect?.['samples']).toContain('connect my spotify');
  });

  test('are taken back first: Padacioso takes no name twice', async () => {
    await becomesReady();
    const order = bus.sent.map(({ type }) => type).filter((type) => type === REGISTER || type === DETACH);
    expect(order.indexOf(REGISTER)).toBe(order.lastIndexOf(DETACH) + 1);
  });

  test('wait for a service that is not there, without asking for ever', async () => {
    await clock.advance(3_600_000);
    expect(bus.of(READY)).toHaveLength(30);
    bus.deliver('intent.service.pipelines.reload');
    expect(bus.of(READY)).toHaveLength(31);
  });

  test.each([
    ['a new service', ['intent.service.pipelines.reload', 'mycroft.skills.initialized']],
    ['a new service of old', ['mycroft.skills.initialized']],
  ])('are registered again with %s, once', async (_case, said) => {
    bus.deliver('mycroft.skills.initialized');
    await becomesReady();
    bus.sent.length = 0;
    for (const type of said) {
      bus.deliver(type);
      await becomesReady();
    }
    expect(registrations()).toEqual(ONCE);
  });

  test('are registered again where an account has come, once for all that come together', async () => {
    await becomesReady();
    bus.sent.length = 0;
    names = ['Dropbox', 'Spotify'];
    intents.namesChanged();
    await clock.advance(1_000);
    intents.namesChanged();
    await clock.advance(10_000);
    expect(registrations()).toEqual(ONCE);
    const [connect] = bus.of(REGISTER).filter(({ name }) => name === 'ovos-oauth:connect.intent');
    expect(connect?.['samples']).toContain('connect my dropbox');
  });

  test('are not registered again where a skill has registered the same app again', async () => {
    await becomesReady();
    bus.sent.length = 0;
    intents.namesChanged();
    await clock.advance(10_000);
    expect(bus.sent).toEqual([]);
  });

  test('are taken back at the end', async () => {
    await becomesReady();
    bus.sent.length = 0;
    intents.stop();
    expect(bus.of(DETACH).map(({ intent_name: name }) => name)).toEqual([
      'ovos-oauth:accounts.intent',
      'ovos-oauth:connect.intent',
      'ovos-oauth:disconnect.intent',
      'ovos-oauth:code.intent',
    ]);
  });
});
