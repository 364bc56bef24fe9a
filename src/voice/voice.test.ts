import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LoopBus } from '../../test/support/loop-bus.ts';
import { MemoryStore } from '../../test/support/memory-store.ts';
import { recordedLog } from '../../test/support/recorded-log.ts';
import { registrationOf } from '../../test/support/registration.ts';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import { EventHub } from '../broker/event-hub.ts';
import { Broker } from '../broker/index.ts';
import type { ConnectionView } from '../broker/types.ts';
import { attachHandlers } from '../bus/handlers/index.ts';
import type { ErrorCode } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { LANGUAGES, loadVoice } from '../locale/index.ts';
import { systemRandom } from '../random.ts';
import type { App, ConnectionState } from '../store/records.ts';
import { attachVoice, type Voice } from './index.ts';

// When the device speaks and when it does not, on the real broker and simulated time. test/integration/voice-*.test.ts
// have the same on the real bus.

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const QR = 'oauth.generate.qr.request';
const QR_ANSWER = 'oauth.generate.qr.response';
const TUNES = { skillId: 'skill', appId: 'tunes' };

let bus: LoopBus;
let clock: SimulatedClock;
let events: EventHub;
let broker: Broker;
let voice: Voice;
/** What the provider's endpoints answer. */
let provider: (url: string) => Response;

beforeAll(async () => {
  // Simulated time does not wait for a file.
  await Promise.all(LANGUAGES.map(loadVoice));
});

beforeEach(async () => {
  bus = new LoopBus();
  clock = new SimulatedClock(Date.UTC(2026, 6, 1));
  events = new EventHub();
  provider = () => Response.json({ access_token: 'a', token_type: 'Bearer', expires_in: 3600 });
  const lanHost = async (): Promise<string> => '192.0.2.7';
  const port = (): number => 36_536;
  broker = new Broker({
    store: new MemoryStore(),
    clock,
    random: systemRandom,
    events,
    fetch: async (input) => provider(input instanceof Request ? input.url : String(input)),
    builtAt: 0,
    attemptLifetime: 600 * SECOND,
    port,
    loopbackHost: '127.0.0.1',
    lanHost,
  });
  await broker.open();
  const qr = { create: async () => '/run/code.png', remove: async () => {} };
  const log = recordedLog();
  const shared = { broker, events, qr, lanHost, port, log, clock };
  attachHandlers(bus, { ...shared, lang: 'en-us' });
  voice = attachVoice({ ...shared, bus, languages: ['en-us'] });
});

/** Registers an app of a skill; `extra` names the provider. */
async function registered(appId: string, extra: Parameters<typeof registrationOf>[0] = {}): Promise<App> {
  const fields = { appId, clientId: 'client', clientSecret: 'secret', ...extra };
  const { app } = await broker.apps.register(
    registrationOf({ authorizationEndpoint: `https://${appId}.example/authorize`, ...fields }),
  );
  return app;
}

/** A skill asks for a QR code while it answers an utterance of a session. */
async function askForCode(appId: string, lang = 'en-us', session = 'kitchen'): Promise<string> {
  const context = {
    skill_id: 'skill',
    source: 'skills',
    destination: 'satellite',
    session: { session_id: session, lang },
  };
  return linkIn(await bus.ask(QR, { skill_id: 'skill', app_id: appId }, QR_ANSWER, JSON.stringify(context)));
}

function linkIn({ url }: JsonObject): string {
  return typeof url === 'string' ? (url.split('/').at(-1) ?? '') : '';
}

function speaks(skill: string): void {
  bus.deliver('speak', { utterance: 'Hello', meta: { skill } });
}

function spoken(): readonly unknown[] {
  return bus.of('speak').map(({ utterance }) => utterance);
}

/** Goes through the sign-in of a link; the provider answers so. */
async function answerSignIn(linkCode: string, params: Record<string, string>): Promise<void> {
  const started = await broker.signIn.continue(linkCode, 'cookie');
  const state = new URL(started.authorizationUrl).searchParams.get('state') ?? '';
  const response = { params: new URLSearchParams({ state, ...params }), mungedId: null, browser: 'cookie' };
  await broker.signIn.complete(response).catch(() => undefined);
}

function statusOf(app: App, state: ConnectionState, reason?: ErrorCode, endsAt?: number): ConnectionView {
  const view = { app, state, renews: true, since: clock.now() };
  return {
    ...view,
    ...(reason === undefined ? {} : { reason }),
    ...(endsAt === undefined ? {} : { endsAt }),
  };
}

function needsUser(app: App): void {
  events.statusChanged({ connection: statusOf(app, 'needs_user', 'invalid_grant'), reminder: false });
}

/** Somebody has spoken with the device, and had their answer. */
async function somebodySpoke(session: JsonObject = { session_id: 'default' }): Promise<void> {
  bus.deliver('ovos.utterance.handled', {}, JSON.stringify({ session }));
  await clock.advance(2 * SECOND);
}

describe('a code that a skill shows', () => {
  test('is spoken of once, in the language and to the session of who asked', async () => {
    await registered('tunes');
    await askForCode('tunes', 'de-AT');
    await clock.advance(10 * SECOND);
    const said = bus.sent.filter(({ type }) => type === 'speak');
    expect(said.map(({ data }) => data)).toEqual([
      {
        utterance: 'Scanne den Code, um tunes.example zu verbinden.',
        expect_response: false,
        meta: { skill: 'ovos-oauth' },
        lang: 'de-AT',
      },
    ]);
    const context = said[0]?.context;
    expect(context?.get('session')).toEqual({ session_id: 'kitchen', lang: 'de-AT' });
    expect(context?.get('destination')).toBe('satellite');
  });

  test('of a sender that is no skill is spoken of to that sender', async () => {
    await registered('tunes');
    const context = { source: 'satellite', destination: 'skills', session: { session_id: 's', lang: 'xx' } };
    await bus.ask(QR, { skill_id: 'skill', app_id: 'tunes' }, QR_ANSWER, JSON.stringify(context));
    await clock.advance(10 * SECOND);
    const [said] = bus.sent.filter(({ type }) => type === 'speak');
    expect(said?.context.get('destination')).toBe('satellite');
    // There is no such language: a voice that can read English is wanted.
    expect(said?.data['lang']).toBe('en-US');
  });

  test('is called by the provider’s name, where it leads there', async () => {
    await registered('s', { provider: 'spotify', authorizationEndpoint: null, tokenEndpoint: null });
    await askForCode('s');
    await clock.advance(10 * SECOND);
    expect(spoken()).toEqual(['Scan the code to connect Spotify.']);
  });

  test('for a server at home is called as the skill calls it: nobody knows an account by an address', async () => {
    const authorizationEndpoint = 'http://192.168.1.5:8123/auth/authorize';
    await registered('home-assistant', { authorizationEndpoint, tokenEndpoint: authorizationEndpoint });
    await askForCode('home-assistant');
    await clock.advance(10 * SECOND);
    expect(spoken()).toEqual(['Scan the code to connect home assistant.']);
  });

  test('is not spoken of where the skill has just done it, or does it right after', async () => {
    await registered('one');
    await registered('two');
    speaks('skill');
    await clock.advance(2 * SECOND);
    await askForCode('one');
    await clock.advance(60 * SECOND);
    const link = await askForCode('two');
    await clock.advance(SECOND);
    speaks('skill');
    await clock.advance(60 * SECOND);
    await answerSignIn(link, { code: 'c' });
    await clock.advance(60 * SECOND);
    expect(spoken()).toEqual([]);
  });

  test('is spoken of although another skill speaks', async () => {
    await registered('tunes');
    speaks('weather');
    await askForCode('tunes');
    await clock.advance(10 * SECOND);
    expect(spoken()).toHaveLength(1);
  });

  test('is not spoken of again and again', async () => {
    await registered('tunes');
    for (let times = 0; times < 5; times += 1) {
      await askForCode('tunes');
      await clock.advance(4 * SECOND);
    }
    expect(spoken()).toHaveLength(1);
  });

  test('of many apps at once is not spoken of without end', async () => {
    for (let index = 0; index < 20; index += 1) {
      await registered(`a${index}`);
      await askForCode(`a${index}`);
    }
    await clock.advance(10 * SECOND);
    expect(spoken()).toHaveLength(5);
  });

  test('to be typed is said letter by letter', async () => {
    provider = () =>
      Response.json({
        device_code: 'd',
        user_code: 'WDJB-MJHT',
        verification_uri: 'https://tunes.example/device',
        expires_in: 900,
      });
    await registered('tunes', { deviceAuthorizationEndpoint: 'https://tunes.example/device/code' });
    await askForCode('tunes');
    await clock.advance(3 * SECOND);
    expect(spoken()).toEqual([
      'To connect tunes.example, open tunes dot example slash device and type this code: W, D, J, B. M, J, H, T.',
    ]);
  });
});

describe('a sign-in that nobody started by voice', () => {
  test('is silent from the beginning to the end', async () => {
    await registered('tunes');
    const { linkCode } = await broker.signIn.invite(TUNES, {});
    await bus.ask('oauth.get', { skill_id: 'skill', app_id: 'tunes' }, 'oauth.url');
    await bus.ask('oauth.start', { skill_id: 'skill', app_id: 'tunes' });
    await answerSignIn(linkCode, { code: 'c' });
    await broker.tokens.refresh(TUNES).catch(() => undefined);
    await clock.advance(60 * SECOND);
    expect(spoken()).toEqual([]);
  });
});

describe('what came of it', () => {
  let link: string;

  beforeEach(async () => {
    await registered('tunes');
    link = await askForCode('tunes', 'fr-FR');
    await clock.advance(3 * SECOND);
    bus.sent.length = 0;
  });

  test('is told once: connected', async () => {
    await answerSignIn(link, { code: 'c' });
    await clock.advance(60 * SECOND);
    expect(spoken()).toEqual(['tunes.example est connecté.']);
    const { linkCode } = await broker.signIn.invite(TUNES, {});
    await answerSignIn(linkCode, { code: 'c' });
    await clock.advance(60 * SECOND);
    expect(spoken()).toHaveLength(1);
  });

  test('is told: declined, and then connected after all', async () => {
    await answerSignIn(link, { error: 'access_denied' });
    await clock.advance(SECOND);
    await answerSignIn(link, { code: 'c' });
    await clock.advance(SECOND);
    expect(spoken()).toEqual(['La connexion à tunes.example a été refusée.', 'tunes.example est connecté.']);
  });

  test('is told: the provider can’t be reached', async () => {
    provider = () => new Response('', { status: 503 });
    await answerSignIn(link, { code: 'c' });
    await clock.advance(SECOND);
    expect(spoken()).toEqual([expect.stringContaining('Je n’arrive pas à joindre tunes.example')]);
  });

  test('is not told where somebody has cancelled it, or nobody came', async () => {
    await broker.signIn.cancel(TUNES);
    await clock.advance(3_600 * SECOND);
    expect(spoken()).toEqual([]);
  });

  test('is not told hours later', async () => {
    await clock.advance(3_600 * SECOND);
    const { linkCode } = await broker.signIn.invite(TUNES, {});
    await answerSignIn(linkCode, { code: 'c' });
    await clock.advance(SECOND);
    expect(spoken()).toEqual([]);
  });
});

describe('an account that needs the user', () => {
  test('waits until somebody has spoken with the device, and is told once', async () => {
    needsUser(await registered('tunes'));
    await clock.advance(7 * 3_600 * SECOND);
    expect(spoken()).toEqual([]);
    await somebodySpoke();
    await somebodySpoke();
    expect(spoken()).toEqual([
      'tunes.example needs you to sign in again. To do that, say: connect tunes.example.',
    ]);
  });

  test('is not told to a satellite in another room', async () => {
    needsUser(await registered('tunes'));
    await somebodySpoke({ session_id: 'kitchen' });
    expect(spoken()).toEqual([]);
  });

  test('is not told any more once it is connected', async () => {
    const app = await registered('tunes');
    needsUser(app);
    events.statusChanged({ connection: statusOf(app, 'connected'), reminder: false });
    await somebodySpoke();
    expect(spoken()).toEqual([]);
  });

  test('is told in one sentence with the others', async () => {
    needsUser(await registered('one'));
    needsUser(await registered('two'));
    await somebodySpoke();
    await somebodySpoke();
    expect(spoken()).toEqual(['one.example and two.example need you to sign in again.']);
  });

  test('is not told where its skill has just done so', async () => {
    needsUser(await registered('tunes'));
    speaks('skill');
    await somebodySpoke();
    await clock.advance(60 * SECOND);
    await somebodySpoke();
    expect(spoken()).toEqual([]);
  });

  test('is not told twice a day, whatever happens to it', async () => {
    const app = await registered('tunes');
    for (let times = 0; times < 3; times += 1) {
      needsUser(app);
      await somebodySpoke();
      events.statusChanged({ connection: statusOf(app, 'connected'), reminder: false });
    }
    expect(spoken()).toHaveLength(1);
    await clock.advance(DAY);
    needsUser(app);
    await somebodySpoke();
    expect(spoken()).toHaveLength(2);
  });

  test('for other credentials is told', async () => {
    const app = await registered('tunes');
    events.statusChanged({
      connection: statusOf(app, 'needs_credentials', 'invalid_client'),
      reminder: false,
    });
    await somebodySpoke();
    expect(spoken()).toEqual(['tunes.example no longer accepts how it was set up on this device.']);
  });

  test.each<[ConnectionState, ErrorCode | undefined]>([
    ['needs_user', 'moved'],
    ['needs_credentials', undefined],
    ['disconnected', undefined],
  ])('is not told where a person has just made it so: %s, %s', async (state, reason) => {
    const app = await registered('tunes');
    events.statusChanged({ connection: statusOf(app, state, reason), reminder: false });
    await somebodySpoke();
    expect(spoken()).toEqual([]);
  });

  test.each([
    [14 * DAY - 60 * SECOND, 'in 2 weeks'],
    [10 * DAY, 'in 10 days'],
    [DAY, 'in 1 day'],
  ])('soon is told when (%d)', async (left, when) => {
    const app = await registered('tunes');
    const connection = statusOf(app, 'connected', undefined, clock.now() + left);
    events.statusChanged({ connection, reminder: true });
    await somebodySpoke();
    expect(spoken()).toEqual([
      `Your sign-in at tunes.example ends ${when}. To renew it, say: connect tunes.example.`,
    ]);
  });
});

describe('after the end', () => {
  test('nothing is said any more', async () => {
    const app = await registered('tunes');
    needsUser(app);
    voice.stop();
    await somebodySpoke();
    await broker.signIn.invite(TUNES, { asker: '{"session": {"session_id": "s"}}' });
    await clock.advance(60 * SECOND);
    expect(spoken()).toEqual([]);
  });
});
