import { beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import { LoopBus, violations } from '../../../test/support/loop-bus.ts';
import { MemoryStore } from '../../../test/support/memory-store.ts';
import { recordedLog } from '../../../test/support/recorded-log.ts';
import { SimulatedClock } from '../../../test/support/simulated-clock.ts';
import { attemptIdOf } from '../../broker/attempt-id.ts';
import { EventHub } from '../../broker/event-hub.ts';
import { Broker } from '../../broker/index.ts';
import { OAuthBrokerError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { systemRandom } from '../../random.ts';
import type { MungedId } from '../../store/records.ts';
import { Message } from '../message.ts';
import { attachHandlers, type Handlers, type QrSource } from './index.ts';

// The rules of each message, on the real broker without a disk and a network. test/integration/bus-api.test.ts has the
// same messages on the real bus.

const ids = { skill_id: 'skill', app_id: 'app' };
const registration = {
  ...ids,
  auth_endpoint: 'https://provider.example/authorize',
  token_endpoint: 'https://provider.example/token',
};
const credentials = { client_id: 'id', client_secret: 's3cret' };
const CONTEXT = '{"source": "a", "destination": "b", "n": 1.0, "session": {"session_id": "s", "lang": "en"}}';
const SWAPPED = '{"source": "b", "destination": "a", "n": 1.0, "session": {"session_id": "s", "lang": "en"}}';
const SHOW = 'ovos.shell.oauth.start.authentication';
const TOKEN = 'oauth.token.response.skill_app';

let bus: LoopBus;
let clock: SimulatedClock;
let log: ReturnType<typeof recordedLog>;
let events: EventHub;
let broker: Broker;
let handlers: Handlers;
let images: Map<string, string>;
/** What the token endpoint says. */
let provider: () => Promise<Response>;

beforeEach(async () => {
  bus = new LoopBus();
  clock = new SimulatedClock(Date.UTC(2026, 6, 1));
  log = recordedLog();
  events = new EventHub();
  images = new Map();
  provider = async () =>
    Response.json({ access_token: 'secret access', token_type: 'Bearer', expires_in: 60 });
  broker = new Broker({
    store: new MemoryStore(),
    clock,
    random: systemRandom,
    events,
    fetch: () => provider(),
    builtAt: 0,
    attemptLifetime: 600_000,
    port: () => 36_536,
    loopbackHost: '127.0.0.1',
    lanHost: async () => '[fd00::1]',
  });
  await broker.open();
  const qr: QrSource = {
    async create(url, linkCode) {
      images.set(linkCode, url);
      return `/run/${linkCode}.png`;
    },
    async remove(linkCode) {
      images.delete(linkCode);
    },
  };
  const lanHost = async (): Promise<string> => '[fd00::1]';
  handlers = attachHandlers(bus, { broker, events, qr, lanHost, port: () => 36_536, lang: 'en', log, clock });
});

/** Sends the shell's answer to a sign-in that was started, with these parameters beside the state. */
function forwardAnswer(url: unknown, params: Record<string, string>): Promise<JsonObject> {
  const state = paramsOf(url).get('state') ?? '';
  const query = new URLSearchParams({ state, ...params });
  const redirectURL = `http://127.0.0.1:36536/auth/callback/skill_app?${String(query)}`;
  return bus.ask('ovos.shell.oauth.authentication.forward', { ...ids, redirectURL });
}

function paramsOf(url: unknown): URLSearchParams {
  if (typeof url !== 'string') throw new Error('no address');
  return new URL(url).searchParams;
}

/** The name of the attempt that an address belongs to. */
function attemptOf(url: unknown): string {
  return attemptIdOf(paramsOf(url).get('state') ?? '');
}

describe('oauth.register', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['with all credentials', credentials, { client_id: 'id', needs_creds: false }],
    ['without any', {}, { client_id: null, needs_creds: true }],
    ['without a secret', { client_id: 'id' }, { client_id: 'id', needs_creds: true }],
    ['of a public client', { client_id: 'id', public: true }, { client_id: 'id', needs_creds: false }],
    [
      'of a client by IndieAuth',
      { client_id: 'http://192.168.1.5:36536' },
      { client_id: 'http://192.168.1.5:36536', needs_creds: false },
    ],
  ])('%s says what the user has to supply', async (_case, sent, answered) => {
    expect(await bus.ask('oauth.register', { ...registration, ...sent })).toEqual({
      munged_id: 'skill_app',
      ...answered,
    });
  });

  test('that fails says so under the ids that it came with', async () => {
    const wrong = { ...registration, client_id: 'id', token_endpoint: 'javascript:alert(1)' };
    expect(await bus.ask('oauth.register', wrong)).toEqual({
      munged_id: 'skill_app',
      client_id: 'id',
      error: 'The address in token_endpoint is not a valid http or https address.',
      error_code: 'endpoint_invalid',
    });
    expect(await bus.ask('oauth.register', { app_id: 'app', client_id: ['x'] })).toEqual({
      client_id: null,
      error: 'The field skill_id of this request is missing or not valid.',
      error_code: 'invalid_request',
    });
  });

  test('is in effect for what is sent right behind it', async () => {
    bus.deliver('oauth.get', ids);
    bus.deliver('oauth.register', { ...registration, ...credentials });
    bus.deliver('oauth.get', ids);
    bus.deliver('oauth.register', { ...registration, ...credentials, scope: 'later' });
    bus.deliver('oauth.generate.qr.request', ids);
    bus.deliver('oauth.get', ids);
    const answers = await eventually('all are answered', () => {
      const sent = bus.of('oauth.url');
      return sent.length === 3 && sent;
    });
    expect(answers.map(({ error_code: code, url }) => code ?? paramsOf(url).get('scope'))).toEqual([
      'unknown_app',
      null,
      'later',
    ]);
  });
});

describe('oauth.get', () => {
  test('answers with an address that works once and until when, to whoever asked', async () => {
    await bus.ask('oauth.register', { ...registration, ...credentials, scope: ['one', 'two'] });
    const { url, ...rest } = await bus.ask('oauth.get', ids, 'oauth.url', CONTEXT);
    expect(rest).toEqual({ expires_at: clock.now() / 1_000 + 600, attempt_id: attemptOf(url) });
    expect(Object.fromEntries(paramsOf(url))).toMatchObject({
      client_id: 'id',
      response_type: 'code',
      redirect_uri: 'http://127.0.0.1:36536/auth/callback/skill_app',
      scope: 'one two',
      code_challenge_method: 'S256',
    });
    expect(bus.sent.at(-1)?.context.toJson()).toBe(SWAPPED);
  });

  test('has no address while credentials are missing', async () => {
    await bus.ask('oauth.register', registration);
    expect(await bus.ask('oauth.get', ids, 'oauth.url')).toEqual({
      error: 'The app skill_app needs a client id and secret before it can sign in.',
      error_code: 'needs_credentials',
      hint: 'Create a client at the provider and enter its id and secret.',
    });
  });
});

describe('the flow of ovos-shell', () => {
  test('goes from the form over the page of the provider to the token', async () => {
    await bus.ask('oauth.register', registration);
    const missing = await bus.ask('oauth.start', ids, undefined, CONTEXT);
    expect(missing).toMatchObject({ ...ids, error_code: 'needs_credentials' });
    expect(bus.of(SHOW)).toEqual([{ url: '', ...ids, needs_credentials: true }]);
    expect(bus.sent.at(-1)?.context.toJson()).toBe(CONTEXT);

    const typed = { ...ids, client_id: ' id ', client_secret: 's3cret\n' };
    const { url, expires_at: expiresAt } = await bus.ask('ovos.shell.oauth.register.credentials', typed);
    expect(expiresAt).toBe(clock.now() / 1_000 + 600);
    expect(bus.of(SHOW).at(-1)).toEqual({
      url,
      ...ids,
      needs_credentials: false,
      expires_at: expiresAt,
      attempt_id: attemptOf(url),
      methods: expect.arrayContaining([
        { method: 'shell', offered: true, reason: 'in_the_shell' },
      ]) as unknown,
    });

    expect(await forwardAnswer(url, { code: 'secret code' })).toEqual({ result: 'Ok' });
    expect(bus.of(TOKEN)).toEqual([
      {
        access_token: 'secret access',
        token_type: 'Bearer',
        expires_in: 60,
        expires_at: clock.now() / 1_000 + 60,
      },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('secret');
  });

  test('shows nothing for an app that is not known', async () => {
    expect(await bus.ask('oauth.start', ids)).toMatchObject({ ...ids, error_code: 'unknown_app' });
    const typed = { ...ids, ...credentials };
    expect(await bus.ask('ovos.shell.oauth.register.credentials', typed)).toMatchObject({
      ...ids,
      error_code: 'unknown_app',
    });
    expect(bus.of(SHOW)).toEqual([]);
  });

  test('shows the form again where the user typed no secret and one is needed', async () => {
    await bus.ask('oauth.register', registration);
    const typed = { ...ids, client_id: 'id', client_secret: '' };
    expect(await bus.ask('ovos.shell.oauth.register.credentials', typed)).toMatchObject({
      error_code: 'needs_credentials',
    });
    expect(bus.of(SHOW)).toEqual([{ url: '', ...ids, needs_credentials: true }]);
  });

  test('starts at once for credentials that the skill brought', async () => {
    await bus.ask('oauth.register', { ...registration, ...credentials });
    const { url } = await bus.ask('oauth.start', ids);
    expect(bus.of(SHOW)).toMatchObject([{ url, ...ids, needs_credentials: false }]);
  });

  test('says so when the user declines, and takes the answer only once', async () => {
    await bus.ask('oauth.register', { ...registration, ...credentials });
    const { url } = await bus.ask('oauth.start', ids);
    const declined = { error: 'access_denied' };
    expect(await forwardAnswer(url, declined)).toMatchObject({
      result: 'Error',
      error_code: 'access_denied',
    });
    expect(await forwardAnswer(url, { code: 'c' })).toMatchObject({
      result: 'Error',
      error_code: 'attempt_used',
    });
    expect(bus.of(TOKEN)).toEqual([]);
  });

  test.each([
    ['', 'invalid_request'],
    ['not an address', 'invalid_request'],
    ['//host/?code=1&state=2', 'invalid_request'],
    ['http://', 'invalid_request'],
    ['x'.repeat(16_385), 'invalid_request'],
    ['http://127.0.0.1:36536/auth/callback/skill_app', 'callback_malformed'],
    ['http://127.0.0.1:36536/?code=1&state=a&state=b', 'callback_malformed'],
    ['javascript:alert(1)?code=1&state=2', 'attempt_unknown'],
    ['http://127.0.0.1:36536/auth/callback/skill_app?code=1&state=skill_app', 'attempt_unknown'],
  ])('survives the address %j', async (redirectURL, code) => {
    await bus.ask('oauth.register', { ...registration, ...credentials });
    const answer = await bus.ask('ovos.shell.oauth.authentication.forward', { ...ids, redirectURL });
    expect(answer).toMatchObject({ result: 'Error', error_code: code });
    // With the quotes around it, the empty one as a whole is looked for too.
    expect(JSON.stringify(answer)).not.toContain(JSON.stringify(redirectURL));
    expect(log.lines).toEqual([]);
  });
});

describe('oauth.refresh', () => {
  test('answers with the whole token set', async () => {
    await bus.ask('oauth.register', { ...registration, ...credentials });
    provider = async () => Response.json({ access_token: 'one', refresh_token: 'r', token_type: 'Bearer' });
    await forwardAnswer((await bus.ask('oauth.start', ids))['url'], { code: 'c' });
    provider = async () => Response.json({ access_token: 'two', token_type: 'Bearer', expires_in: 60 });
    expect(await bus.ask('oauth.refresh', ids)).toEqual({
      result: 'Ok',
      client_id: 'id',
      token: {
        access_token: 'two',
        refresh_token: 'r',
        token_type: 'Bearer',
        expires_in: 60,
        expires_at: clock.now() / 1_000 + 60,
      },
    });
  });

  test('says why there is no new token', async () => {
    const refused = async (): Promise<unknown> => (await bus.ask('oauth.refresh', ids))['error_code'];
    expect(await refused()).toBe('unknown_app');
    await bus.ask('oauth.register', { ...registration, ...credentials });
    expect(await refused()).toBe('not_connected');
    await forwardAnswer((await bus.ask('oauth.start', ids))['url'], { code: 'c' });
    expect(await refused()).toBe('no_refresh_token');
    expect(bus.of('oauth.refresh.response').map(({ result }) => result)).toEqual(['Error', 'Error', 'Error']);
  });
});

describe('oauth.generate.qr.request', () => {
  test('answers with an image of the short link, and asks the shell to show it', async () => {
    await bus.ask('oauth.register', { ...registration, ...credentials });
    const answer = await bus.ask('oauth.generate.qr.request', ids, 'oauth.generate.qr.response', CONTEXT);
    const [[linkCode, drawn] = []] = images;
    expect(answer).toEqual({
      ...ids,
      qr: `/run/${linkCode}.png`,
      url: `http://[fd00::1]:36536/s/${linkCode}`,
      expires_at: clock.now() / 1_000 + 600,
      attempt_id: expect.stringMatching(/^\w{4}-\w{4}$/) as unknown,
      methods: expect.arrayContaining([
        { method: 'lan', offered: true, reason: 'provider_may_take_lan' },
      ]) as unknown,
    });
    expect(drawn).toBe(`HTTP://[FD00::1]:36536/S/${linkCode}`);
    expect(bus.of('ovos.shell.oauth.display.qr.code')).toEqual([{ ...ids, qr: answer['qr'] }]);
    expect(bus.sent.slice(-2).map(({ context }) => context.toJson())).toEqual([SWAPPED, CONTEXT]);
  });

  test('leaves the showing to a skill that wants to do it itself', async () => {
    await bus.ask('oauth.register', { ...registration, ...credentials, shell_integration: false });
    await bus.ask('oauth.generate.qr.request', ids, 'oauth.generate.qr.response');
    expect(bus.of('ovos.shell.oauth.display.qr.code')).toEqual([]);
  });

  test('has no image for an app that is not known or lacks credentials', async () => {
    const code = async (): Promise<unknown> =>
      (await bus.ask('oauth.generate.qr.request', ids, 'oauth.generate.qr.response'))['error_code'];
    expect(await code()).toBe('unknown_app');
    await bus.ask('oauth.register', registration);
    expect(await code()).toBe('needs_credentials');
    expect(bus.of('oauth.generate.qr.response')).toEqual([
      expect.objectContaining(ids),
      expect.objectContaining(ids),
    ]);
    expect(images.size).toBe(0);
  });

  test('lets go of the image when the link expires', async () => {
    await bus.ask('oauth.register', { ...registration, ...credentials });
    await bus.ask('oauth.generate.qr.request', ids, 'oauth.generate.qr.response');
    await clock.advance(599_000);
    expect(images.size).toBe(1);
    await clock.advance(2_000);
    expect(images.size).toBe(0);
  });
});

describe('what the broker tells', () => {
  async function signIn(context = '{}'): Promise<void> {
    await bus.ask('oauth.register', { ...registration, ...credentials });
    const { url } = await bus.ask('oauth.get', ids, 'oauth.url', context);
    await forwardAnswer(url, { code: 'c' });
  }

  test('goes to whoever started the sign-in, with their context', async () => {
    await signIn(CONTEXT);
    const token = bus.sent.find(({ type }) => type === TOKEN);
    expect(token?.context.toJson()).toBe(SWAPPED);
  });

  test('says the token before the state that it brings', async () => {
    await signIn();
    expect(bus.of('oauth.status.changed')).toEqual([
      { munged_id: 'skill_app', ...ids, state: 'connected', since: clock.now() / 1_000 },
    ]);
    const types = bus.sent.map(({ type }) => type);
    expect(types.indexOf(TOKEN)).toBeLessThan(types.indexOf('oauth.status.changed'));
  });

  test('never takes a field of the token set for an address on the bus', async () => {
    provider = async () => Response.json({ access_token: 'a', token_type: 'Bearer', destination: 'evil' });
    await signIn(CONTEXT);
    const token = bus.sent.find(({ type }) => type === TOKEN);
    expect(token?.data).toMatchObject({ destination: 'evil' });
    expect(token?.context.toJson()).toBe(SWAPPED);
  });

  test('reaches everybody where the context of whoever asked was too long to be kept', async () => {
    await signIn(`{"n": "${'x'.repeat(65_536)}"}`);
    expect(bus.sent.find(({ type }) => type === TOKEN)?.context.toJson()).toBe('{}');
  });

  test('says why a sign-in failed, in place of a token', async () => {
    await bus.ask('oauth.register', { ...registration, ...credentials });
    const { url } = await bus.ask('oauth.get', ids, 'oauth.url', CONTEXT);
    provider = async () => Response.json({ error: 'invalid_client' }, { status: 401 });
    await forwardAnswer(url, { code: 'c' });
    const status = {
      munged_id: 'skill_app',
      ...ids,
      since: clock.now() / 1_000,
      state: 'needs_credentials',
      error: 'provider.example does not accept the client id or secret of skill_app.',
      error_code: 'invalid_client',
      hint: 'Check the client id and secret, then sign in again.',
    };
    const failed = { ...status, attempt: 'failed', attempt_id: attemptOf(url) };
    // The state, to everybody; and the failure, to whoever asked.
    expect(bus.of('oauth.status.changed')).toEqual([status, failed]);
    expect(bus.sent.findLast(({ type }) => type === 'oauth.status.changed')?.context.toJson()).toBe(SWAPPED);
    expect(bus.of(TOKEN)).toEqual([]);
  });

  test('a sign-in that the user declines leaves no doubt that the older token is still there', async () => {
    await signIn();
    const { url } = await bus.ask('oauth.get', ids, 'oauth.url');
    await forwardAnswer(url, { error: 'access_denied' });
    expect(bus.of('oauth.status.changed').at(-1)).toMatchObject({
      state: 'connected',
      attempt: 'failed',
      error_code: 'access_denied',
    });
  });

  test('says why an app needs its user, and reminds of a coming end', async () => {
    await bus.ask('oauth.register', { ...registration, ...credentials });
    const app = await broker.apps.find({ skillId: 'skill', appId: 'app' });
    const { skillId: _skill, appId: _app, ...fromFile } = app;
    events.statusChanged({
      connection: {
        app: fromFile,
        state: 'needs_user',
        reason: 'invalid_grant',
        since: 2_500,
        renews: false,
      },
      reminder: false,
    });
    events.statusChanged({
      connection: { app, state: 'connected', endsAt: 9_000, renews: true },
      reminder: true,
    });
    expect(bus.of('oauth.status.changed')).toEqual([
      {
        munged_id: 'skill_app',
        state: 'needs_user',
        since: 2.5,
        error: 'provider.example has ended the sign-in of skill_app.',
        error_code: 'invalid_grant',
        hint: 'Sign in again.',
      },
      { munged_id: 'skill_app', ...ids, state: 'connected', ends_at: 9, reminder: true },
    ]);
  });

  test('never throws, even where it cannot be said', async () => {
    await bus.ask('oauth.register', { ...registration, ...credentials });
    const app = await broker.apps.find({ skillId: 'skill', appId: 'app' });
    const cycle: Record<string, JsonObject> = {};
    cycle['x'] = cycle;
    events.tokenReceived({ app, tokenSet: { access_token: 'secret', cycle } });
    events.signInFailed({
      app: { ...app, mungedId: 'gone' as MungedId },
      error: new OAuthBrokerError('internal'),
    });
    expect(log.lines.map(({ level, topic }) => [level, topic])).toContainEqual(['error', TOKEN]);
    expect(JSON.stringify(log.lines)).not.toContain('secret');
  });
});

test('the language is that of whoever asks, else that of the device', async () => {
  const inGerman = await bus.ask('oauth.refresh', ids, undefined, '{"session": {"lang": "de-DE"}}');
  expect(inGerman).toMatchObject({ error: 'Hier ist keine App skill_app registriert.' });
  for (const session of ['{"lang": "en-US"}', '{"lang": 5}', '[]', '"x"', 'null', '{"lang": "__proto__"}']) {
    const answer = await bus.ask('oauth.refresh', ids, undefined, `{"session": ${session}}`);
    expect(answer).toMatchObject({ error: 'No app skill_app is registered here.' });
  }
});

test('host info is the address of this moment and the port of the callback', async () => {
  expect(await bus.ask('oauth.get.app.host.info', {}, 'oauth.app.host.info.response')).toEqual({
    host: '[fd00::1]',
    port: 36_536,
  });
});

test('skills are asked to register whenever the bus is there', () => {
  bus.open();
  bus.open();
  expect(bus.of('oauth.ping')).toEqual([{}, {}]);
});

test('the service is alive and ready until it stops', async () => {
  for (const topic of ['mycroft.oauth.is_alive', 'mycroft.oauth.is_ready']) {
    expect(await bus.ask(topic, {})).toEqual({ status: true });
  }
  await handlers.stop();
  for (const topic of ['mycroft.oauth.is_alive', 'mycroft.oauth.is_ready']) {
    expect(await bus.ask(topic, {})).toEqual({ status: false });
  }
  expect(await bus.ask('oauth.get', ids, 'oauth.url')).toMatchObject({ error_code: 'shutting_down' });
});

test('ids of any kind name an app, each its own', async () => {
  const strange = [
    '../..',
    'a/b',
    '%2e%2e',
    '\u0000\n',
    'Zoë 🦊',
    '__proto__',
    'constructor',
    ' ',
    'x'.repeat(256),
  ];
  for (const skill of strange) {
    const app = { skill_id: skill, app_id: skill };
    expect(await bus.ask('oauth.register', { ...registration, ...credentials, ...app })).toMatchObject({
      munged_id: `${skill}_${skill}`,
      needs_creds: false,
    });
    expect(await bus.ask('oauth.get', app, 'oauth.url')).toHaveProperty('url');
    expect(await bus.ask('oauth.generate.qr.request', app, 'oauth.generate.qr.response')).toHaveProperty(
      'qr',
    );
  }
  // Together they make the one name that an object can't take as its own.
  const proto = { skill_id: '_', app_id: 'proto__' };
  expect(await bus.ask('oauth.register', { ...registration, ...credentials, ...proto })).toMatchObject({
    munged_id: '__proto__',
  });
  expect(await bus.ask('oauth.get', proto, 'oauth.url')).toHaveProperty('url');
  expect(await bus.ask('oauth.refresh', proto)).toMatchObject({ error_code: 'not_connected' });
});

test('an id that two apps would share belongs to the first', async () => {
  await bus.ask('oauth.register', { ...registration, skill_id: 'a_b', app_id: 'c' });
  const second = { skill_id: 'a', app_id: 'b_c' };
  expect(await bus.ask('oauth.register', { ...registration, ...second })).toMatchObject({
    munged_id: 'a_b_c',
    error_code: 'app_id_taken',
  });
  expect(await bus.ask('oauth.get', second, 'oauth.url')).toMatchObject({ error_code: 'unknown_app' });
});

test('every message that was sent is one of docs/bus-api.md, field by field', async () => {
  await bus.ask('oauth.register', registration);
  await bus.ask('oauth.start', ids);
  await bus.ask('ovos.shell.oauth.register.credentials', { ...ids, ...credentials });
  await bus.ask('oauth.generate.qr.request', ids, 'oauth.generate.qr.response');
  await forwardAnswer((await bus.ask('oauth.get', ids, 'oauth.url'))['url'], { code: 'c' });
  await forwardAnswer((await bus.ask('oauth.get', ids, 'oauth.url'))['url'], { error: 'access_denied' });
  await bus.ask('oauth.refresh', ids);
  await bus.ask('oauth.get.app.host.info', {}, 'oauth.app.host.info.response');
  await bus.ask('mycroft.oauth.is_alive', {});
  await bus.ask('mycroft.oauth.is_ready', {});
  bus.open();
  for (const topic of ['oauth.register', 'oauth.start', 'oauth.refresh']) await bus.ask(topic, {});
  await bus.ask('oauth.get', {}, 'oauth.url');
  await bus.ask('oauth.generate.qr.request', {}, 'oauth.generate.qr.response');
  expect(violations(new Message('oauth.url', { url: 1 }))).not.toEqual([]);
  expect(bus.sent.flatMap(violations)).toEqual([]);
  expect(new Set(bus.sent.map(({ type }) => type)).size).toBe(15);
});
