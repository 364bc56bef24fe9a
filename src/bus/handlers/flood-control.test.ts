import { beforeEach, describe, expect, test } from 'vitest';
import { LoopBus } from '../../../test/support/loop-bus.ts';
import { recordedLog } from '../../../test/support/recorded-log.ts';
import { SimulatedClock } from '../../../test/support/simulated-clock.ts';
import type { JsonObject } from '../../json.ts';
import type { Failure } from '../api/fields.ts';
import { reply } from '../api/messages.ts';
import type { Message } from '../message.ts';
import { Requests } from './requests.ts';

const ids = { skill_id: 'skill', app_id: 'app' };
const other = { skill_id: 'skill', app_id: 'other' };
const done = { url: 'https://example.com/', expires_at: 1, attempt_id: 'K7Q2-M9XD' };

let bus: LoopBus;
let clock: SimulatedClock;
let log: ReturnType<typeof recordedLog>;
/** What the handler waits for before it answers. */
let patience: Promise<void>;

beforeEach(() => {
  bus = new LoopBus();
  clock = new SimulatedClock();
  log = recordedLog();
  patience = Promise.resolve();
  const requests = new Requests({ bus, clock, log, lang: 'en' });
  const answer = async ({ message }: { message: Message }): Promise<readonly Message[]> => {
    await patience;
    return [reply(message, 'oauth.url', done)];
  };
  const refuse = (message: Message, failure: Failure): Message => message.reply('oauth.url', { ...failure });
  requests.serve('oauth.get', { answer, refuse });
  requests.serve('oauth.refresh', { answer, refuse });
  requests.serve('oauth.token.get', { answer, refuse });
});

/** Sends so many requests at once. @returns the codes of those that were refused */
async function flood(count: number, topic = 'oauth.get', data: JsonObject = ids): Promise<unknown[]> {
  const before = bus.of('oauth.url').length;
  for (let sent = 0; sent < count; sent += 1) bus.deliver(topic, data);
  await new Promise(setImmediate);
  return bus
    .of('oauth.url')
    .slice(before)
    .flatMap(({ error_code: code }) => code ?? []);
}

describe('a client that asks without end', () => {
  test('is told to come back later, once for every request, and by a line in the log now and then', async () => {
    expect(await flood(1_000, 'oauth.refresh')).toEqual([]);
    const refused = await flood(500, 'oauth.refresh');
    expect(refused).toHaveLength(500);
    expect(new Set(refused)).toEqual(new Set(['too_many_requests']));
    expect(bus.of('oauth.url').at(-1)).toMatchObject({ retry_after: 1 });
    expect(log.lines.length).toBe(9);
    expect(log.lines[0]).toMatchObject({ level: 'warn', topic: 'oauth.refresh', count: 1 });
  });

  test('is let in again at a pace', async () => {
    await flood(1_000, 'oauth.refresh');
    await clock.advance(3_000);
    expect(await flood(5, 'oauth.refresh')).toHaveLength(2);
  });

  test('is in the way neither of another app nor of another type', async () => {
    await flood(1_500, 'oauth.refresh');
    expect(await flood(64, 'oauth.refresh', other)).toEqual([]);
    expect(await flood(64, 'oauth.get')).toEqual([]);
  });

  test('may ask for what only looks into memory as often as it likes', async () => {
    for (let round = 0; round < 5; round += 1) expect(await flood(4_000, 'oauth.token.get')).toEqual([]);
  });

  test('has at most 8192 requests without an answer, and room again once they have one', async () => {
    let release = (): void => {};
    patience = new Promise((resolve) => (release = resolve));
    const refused = await flood(8_200, 'oauth.token.get');
    expect(refused).toEqual(Array.from({ length: 8 }, () => 'too_many_requests'));
    release();
    await new Promise(setImmediate);
    expect(bus.of('oauth.url')).toHaveLength(8_200);
    expect(await flood(8_000, 'oauth.token.get')).toEqual([]);
  });

  test('has at most 32 MiB without an answer', async () => {
    patience = new Promise(() => {});
    const refused = await flood(40, 'oauth.token.get', { ...ids, padding: 'x'.repeat(1_000_000) });
    expect(refused).toEqual(Array.from({ length: 7 }, () => 'too_many_requests'));
  });
});

test('a request of more than a megabyte is refused before it is looked at', async () => {
  expect(await flood(1, 'oauth.token.get', { ...ids, padding: 'x'.repeat(1_048_576) })).toEqual([
    'request_too_large',
  ]);
});

test('900 requests at once, for as many apps or for one, are no flood', async () => {
  expect(await flood(900)).toEqual([]);
  for (let app = 0; app < 900; app += 1) {
    expect(await flood(1, 'oauth.get', { skill_id: 'skill', app_id: `app-${app}` })).toEqual([]);
  }
});
