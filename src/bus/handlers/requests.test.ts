import { beforeEach, describe, expect, test } from 'vitest';
import { LoopBus } from '../../../test/support/loop-bus.ts';
import { recordedLog } from '../../../test/support/recorded-log.ts';
import { SimulatedClock } from '../../../test/support/simulated-clock.ts';
import { OAuthBrokerError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { reply } from '../api/messages.ts';
import type { Message } from '../message.ts';
import { Requests } from './requests.ts';

const ids = { skill_id: 'skill', app_id: 'app' };
const done = { url: 'https://example.com/', expires_at: 1, attempt_id: 'K7Q2-M9XD' };

let bus: LoopBus;
let clock: SimulatedClock;
let log: ReturnType<typeof recordedLog>;
let requests: Requests;

beforeEach(() => {
  bus = new LoopBus();
  clock = new SimulatedClock();
  log = recordedLog();
  requests = new Requests({ bus, clock, log, lang: 'en-us' });
});

function serve(answer: (message: Message) => Promise<readonly Message[]>): void {
  requests.serve('oauth.get', {
    answer: ({ message }) => answer(message),
    refuse: (message, failure) => reply(message, 'oauth.url', failure),
  });
}

describe('a request', () => {
  test('is answered by what its handler makes of it', async () => {
    serve(async (message) => [reply(message, 'oauth.url', done)]);
    expect(await bus.ask('oauth.get', ids, 'oauth.url')).toEqual(done);
  });

  test('is told what failed: a sentence, a code, and a hint where there is one', async () => {
    serve(() => Promise.reject(new OAuthBrokerError('unknown_app', { app: 'skill_app' })));
    expect(await bus.ask('oauth.get', ids, 'oauth.url')).toEqual({
      error: 'No app skill_app is registered here.',
      error_code: 'unknown_app',
      hint: 'The skill must register first; it does so when it hears oauth.ping.',
    });
    expect(log.lines).toEqual([]);
  });

  test('names the app and the provider even where the error itself does not', async () => {
    serve(() => Promise.reject(new OAuthBrokerError('invalid_client')));
    const { error } = await bus.ask('oauth.get', ids, 'oauth.url');
    expect(error).toBe('The provider does not accept the client id or secret of skill_app.');
  });

  test.each([
    ['an error of another library', () => Promise.reject(new TypeError('secret'))],
    ['what is no error at all', () => Promise.reject('secret')],
    [
      'a throw instead of a rejection',
      () => {
        throw new Error('secret');
      },
    ],
  ])('whose handler fails with %s says no more than that', async (_what, answer) => {
    serve(answer);
    const answered = await bus.ask('oauth.get', ids, 'oauth.url');
    expect(answered).toMatchObject({ error_code: 'internal' });
    expect(JSON.stringify([answered, log.lines])).not.toContain('secret');
    expect(log.lines[0]).toMatchObject({ level: 'error', code: 'internal', topic: 'oauth.get' });
  });

  test('whose answer cannot be sent is told so', async () => {
    const cycle: Record<string, JsonObject> = {};
    cycle['token'] = cycle;
    serve(async (message) => [message.reply('oauth.url', cycle)]);
    expect(await bus.ask('oauth.get', ids, 'oauth.url')).toMatchObject({ error_code: 'internal' });
    expect(bus.sent).toHaveLength(1);
  });

  test('with wrong data never reaches its handler', async () => {
    serve(() => Promise.reject(new Error('called')));
    expect(await bus.ask('oauth.get', { skill_id: 5.5 }, 'oauth.url')).toMatchObject({
      error: 'The field skill_id of this request is missing or not valid.',
      error_code: 'invalid_request',
    });
  });
});

describe('at the end', () => {
  test('a request under way gets its answer if it is there within a second', async () => {
    let finish = (): void => {};
    serve(async (message) => {
      await new Promise<void>((resolve) => (finish = resolve));
      return [reply(message, 'oauth.url', done)];
    });
    bus.deliver('oauth.get', ids);
    const stopped = requests.stop();
    await clock.advance(900);
    finish();
    await stopped;
    expect(bus.of('oauth.url')).toEqual([done]);
  });

  test('a request that takes longer is told, and not answered a second time', async () => {
    let finish = (): void => {};
    serve(async (message) => {
      await new Promise<void>((resolve) => (finish = resolve));
      return [reply(message, 'oauth.url', done)];
    });
    bus.deliver('oauth.get', ids);
    bus.deliver('oauth.get', ids);
    const stopped = requests.stop();
    await clock.advance(1_000);
    await stopped;
    finish();
    await clock.advance(1_000);
    expect(bus.of('oauth.url')).toEqual([
      expect.objectContaining({ error_code: 'shutting_down' }),
      expect.objectContaining({ error_code: 'shutting_down' }),
    ]);
  });

  test('a request that comes now is told at once', async () => {
    serve(() => Promise.reject(new Error('called')));
    await requests.stop();
    bus.deliver('oauth.get', ids);
    expect(bus.of('oauth.url')).toEqual([expect.objectContaining({ error_code: 'shutting_down' })]);
  });

  test('nothing is waited for when nothing is under way', async () => {
    serve(async (message) => [reply(message, 'oauth.url', done)]);
    await bus.ask('oauth.get', ids, 'oauth.url');
    await requests.stop();
    expect(requests.isStopping).toBe(true);
  });
});
