import { lstat } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { INCOMING, type IncomingTopic } from '../../src/bus/api/incoming.ts';
import { rawMembers } from '../../src/bus/json-text.ts';
import { Message } from '../../src/bus/message.ts';
import { isJsonObject, type JsonObject } from '../../src/json.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { startBroker } from '../support/broker-process.ts';
import { eventually } from '../support/eventually.ts';
import { startHostileServer } from '../support/hostile-server.ts';
import { violations } from '../support/loop-bus.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { type PythonClient, type SeenMessage, startPythonClient } from '../support/python-client.ts';
import { readQr } from '../support/read-qr.ts';
import type { ServiceProcess } from '../support/service-process.ts';
import { textOf } from '../support/text-of.ts';
import { userAgent } from '../support/user-agent.ts';

// The whole API on the real bus: our released program on one side, a Python skill with ovos_bus_client on the other.

const LAN = '127.0.0.2';
const ids = { skill_id: 'my.skill', app_id: 'my app' };
const MUNGED_ID = 'my.skill_my app';
const TOKEN = `oauth.token.response.${MUNGED_ID}`;
const SHOW = 'ovos.shell.oauth.start.authentication';
const SHOW_QR = 'ovos.shell.oauth.display.qr.code';
const FORWARD = 'ovos.shell.oauth.authentication.forward';

let bus: MessageBus;
let device: OAuthDevice;
let broker: ServiceProcess;
let provider: AuthorizationServer;
let skill: PythonClient;
let registration: JsonObject;

beforeAll(async () => {
  bus = await startMessageBus({ nodelay: true });
  device = await createDevice(bus, { settings: { lan_host: LAN } });
  skill = await startPythonClient({ env: device.home.env });
  broker = await startBroker(device);
  const redirectUri = `http://127.0.0.1:${device.httpPort}/auth/callback/${encodeURIComponent(MUNGED_ID)}`;
  provider = await startAuthorizationServer({
    clients: [{ id: 'client', secret: 's3cret', redirectUris: [redirectUri] }],
  });
  registration = {
    ...ids,
    auth_endpoint: provider.authorizationEndpoint,
    token_endpoint: provider.tokenEndpoint,
    scope: 'openid offline_access',
  };
});

afterAll(async () => {
  await broker?.stop();
  await skill?.stop();
  await provider?.close();
  await bus?.stop();
  await device?.home.remove();
});

beforeEach(() => skill.forget());

const credentials = { client_id: 'client', client_secret: 's3cret' };

/** What the skill gets for a request; fails where that is not one reply that keeps to the API. */
async function ask(type: IncomingTopic, data: object = {}, context?: string): Promise<SeenMessage> {
  const [replyType] = INCOMING[type].replies;
  const json = `{"type": "${type}", "data": ${JSON.stringify(data)}, "context": ${context ?? '{}'}}`;
  skill.forget();
  const reply = await skill.waitForResponse({ json }, { replyType, timeout: 10_000 });
  if (reply === undefined) throw new Error(`no ${replyType}`);
  expect(violations(new Message(reply.type, reply.data))).toEqual([]);
  return reply;
}

async function dataOf(type: IncomingTopic, data: object = {}): Promise<JsonObject> {
  return (await ask(type, data)).data;
}

/** What the shell does once the user has signed in at the provider. */
async function answerInShell(url: string): Promise<JsonObject> {
  return dataOf(FORWARD, { ...ids, redirectURL: await userAgent.approve(url) });
}

function rawContext(frame: string): string {
  return rawMembers(frame).get('context') ?? '';
}

/** A context with what JavaScript's numbers cannot hold and what programs put there. */
const CONTEXT = `{"source": "skill", "destination": ["phal", "hivemind"], "n": 1.0, "big": ${2n ** 60n}, "e": 1e-7,
  "session": {"session_id": "s-1", "lang": "en-US", "context": {"timeout": 120.0, "frame_stack": [[{"entities": [{"confidence": 1.0, "n": null}], "metadata": {}}, 1766500000.0]]}, "blacklisted_skills": []},
  "__proto__": {"polluted": true}, "quote": "\\"\\\\ \\u0000 \\ud83e\\udd8a", "null": null, "nan": NaN}`;

describe('the context of a request', () => {
  test.each(Object.keys(INCOMING) as IncomingTopic[])(
    'comes back with the answer to %s as Python would send it, to the digit',
    async (type) => {
      await ask('oauth.register', { ...registration, ...credentials });
      for (const data of [type === 'oauth.register' ? { ...registration, ...credentials } : ids, {}]) {
        const reply = await ask(type, data, CONTEXT);
        const request = await skill.waitFor(type);
        const expected = await skill.derive('reply', request.frame, '{}', reply.type);
        const answered = `{"type": "${reply.type}", "data": {}, "context": ${rawContext(reply.frame)}}`;
        expect(await skill.normalise(answered)).toBe(await skill.normalise(expected));
        expect(reply.frame).toContain('"n": 1.0,');
        expect(reply.frame).toContain(`"big": ${2n ** 60n},`);
      }
    },
  );

  test.each<[IncomingTopic, string]>([
    ['oauth.start', SHOW],
    ['oauth.generate.qr.request', SHOW_QR],
  ])('goes with %s to the shell as it was', async (type, forwarded) => {
    await ask('oauth.register', { ...registration, ...credentials });
    await ask(type, ids, CONTEXT);
    const [request, shown] = await Promise.all([skill.waitFor(type), skill.waitFor(forwarded)]);
    expect(rawContext(shown.frame)).toBe(rawContext(request.frame));
  });

  test('goes to the end of the sign-in that the request started, over a restart of the service', async () => {
    await ask('oauth.register', { ...registration, ...credentials });
    const { data, context } = await ask('oauth.get', ids, CONTEXT);
    expect(await broker.stop()).toBe(0);
    await broker.start();
    await answerInShell(textOf(data, 'url'));
    const token = await skill.waitFor(TOKEN);
    expect(token.context).toEqual(context);
    expect(token.frame).toContain(`"big": ${2n ** 60n},`);
  });

  test('that is missing gets no more than a session', async () => {
    skill.forget();
    await skill.sendText('{"type": "oauth.get.app.host.info"}');
    const { context } = await skill.waitFor('oauth.app.host.info.response');
    expect(Object.keys(context)).toEqual(['session']);
  });
});

describe('the sign-in in ovos-shell', () => {
  test('goes from its form to the token, message by message', async () => {
    const app = { ...registration, app_id: 'my app' };
    await ask('oauth.register', { ...app, ...credentials });
    expect(await dataOf('oauth.register', { ...app, client_id: null, client_secret: null })).toEqual({
      munged_id: MUNGED_ID,
      client_id: null,
      needs_creds: true,
    });

    expect(await dataOf('oauth.start', ids)).toMatchObject({ ...ids, error_code: 'needs_credentials' });
    expect((await skill.waitFor(SHOW)).data).toEqual({ url: '', ...ids, needs_credentials: true });

    const typed = { ...ids, ...credentials };
    const started = await dataOf('ovos.shell.oauth.register.credentials', typed);
    const shown = await skill.waitFor(SHOW);
    expect(shown.data).toEqual({ ...started, needs_credentials: false });
    expect(Number(started['expires_at']) * 1_000 - Date.now()).toBeGreaterThan(500_000);

    expect(await answerInShell(textOf(shown.data, 'url'))).toEqual({ result: 'Ok' });
    const token = await skill.waitFor(TOKEN);
    expect(violations(new Message(TOKEN, token.data))).toEqual([]);
    expect(Number(token.data['expires_at']) * 1_000 - Date.now()).toBeGreaterThan(3_500_000);
    const status = await skill.waitFor('oauth.status.changed');
    expect(status.data).toMatchObject({ munged_id: MUNGED_ID, ...ids, state: 'connected' });

    const again = await dataOf('oauth.register', { ...app, client_id: null, client_secret: null });
    expect(again).toEqual({ munged_id: MUNGED_ID, client_id: 'client', needs_creds: false });

    const refreshed = await dataOf('oauth.refresh', ids);
    expect(refreshed).toMatchObject({ result: 'Ok', client_id: 'client' });
    const fresh = refreshed['token'];
    expect(isJsonObject(fresh) && fresh['access_token']).not.toBe(token.data['access_token']);
  });

  test('that the user declines, or whose answer comes twice, ends in words', async () => {
    await ask('oauth.register', { ...registration, ...credentials });
    const url = textOf(await dataOf('oauth.start', ids), 'url');
    const redirectURL = await userAgent.deny(url);
    expect(await dataOf(FORWARD, { ...ids, redirectURL })).toEqual({
      result: 'Error',
      error: 'The sign-in was declined.',
      error_code: 'access_denied',
      hint: 'Start the sign-in again if that was a mistake.',
      attempt_id: expect.stringMatching(/^\w{4}-\w{4}$/) as unknown,
    });
    const { data } = await skill.waitFor('oauth.status.changed');
    expect(violations(new Message('oauth.status.changed', data))).toEqual([]);
    expect(data).toMatchObject({ ...ids, error_code: 'access_denied' });
    expect(await dataOf(FORWARD, { ...ids, redirectURL })).toMatchObject({ error_code: 'attempt_used' });
    expect(skill.seen.map(({ type }) => type)).not.toContain(TOKEN);
  });

  test('takes the answer of one app for no other', async () => {
    const other = { ...registration, app_id: 'other' };
    await ask('oauth.register', { ...registration, ...credentials });
    await ask('oauth.register', { ...other, ...credentials });
    const url = textOf(await dataOf('oauth.start', ids), 'url');
    const redirectURL = await userAgent.approve(url);
    const { skill_id: skillId } = ids;
    expect(await dataOf(FORWARD, { skill_id: skillId, app_id: 'other', redirectURL })).toMatchObject({
      error_code: 'attempt_foreign',
    });
    expect(await dataOf(FORWARD, { ...ids, redirectURL })).toEqual({ result: 'Ok' });
  });
});

test('a QR code is an image of the short link that is gone with the service', async () => {
  await ask('oauth.register', { ...registration, ...credentials });
  const { data } = await ask('oauth.generate.qr.request', ids);
  const path = textOf(data, 'qr');
  const url = textOf(data, 'url');
  expect(url).toMatch(new RegExp(`^http://${LAN}:${device.httpPort}/s/[0-9A-Z]{10}$`));
  expect(await readQr(path)).toBe(url.toUpperCase());
  expect((await lstat(path)).mode & 0o777).toBe(0o600);
  expect((await skill.waitFor(SHOW_QR)).data).toEqual({ ...ids, qr: path });

  await ask('oauth.register', { ...registration, ...credentials, shell_integration: false });
  await ask('oauth.generate.qr.request', ids);
  await ask('mycroft.oauth.is_ready');
  expect(skill.seen.map(({ type }) => type)).not.toContain(SHOW_QR);

  expect(await broker.stop()).toBe(0);
  await expect(lstat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  await broker.start();
});

test('host info, life and readiness are told', async () => {
  expect(await dataOf('oauth.get.app.host.info')).toEqual({ host: LAN, port: device.httpPort });
  expect(await dataOf('mycroft.oauth.is_alive')).toEqual({ status: true });
  expect(await dataOf('mycroft.oauth.is_ready')).toEqual({ status: true });
});

test('every request gets one reply, and no second one', async () => {
  await ask('oauth.register', { ...registration, ...credentials });
  skill.forget();
  const topics = Object.keys(INCOMING) as IncomingTopic[];
  for (const type of topics) await skill.emit({ type, data: { ...registration, ...credentials } });
  const replies = topics.map((type) => INCOMING[type].replies[0]);
  await Promise.all(replies.map((type) => skill.waitFor(type)));
  await skill.waitForResponse({ type: 'mycroft.oauth.is_ready', context: { last: true } });
  const counted = replies.map((reply) => [reply, skill.seen.filter(({ type }) => type === reply).length]);
  expect(counted).toEqual(replies.map((type) => [type, type === 'mycroft.oauth.is_ready.response' ? 2 : 1]));
});

describe('order', () => {
  test('is kept between a registration and what is sent right behind it', async () => {
    const count = 100;
    skill.forget();
    for (let app = 0; app < count; app += 1) {
      const named = { skill_id: 'burst', app_id: `app ${app}` };
      await skill.emit({
        type: 'oauth.register',
        data: { ...registration, ...credentials, ...named, scope: `${app}` },
      });
      await skill.emit({ type: 'oauth.get', data: named, context: { app } });
    }
    await skill.waitFor('oauth.url', { matches: ({ context }) => context['app'] === count - 1 });
    const urls = skill.seen.filter(({ type }) => type === 'oauth.url');
    expect(urls).toHaveLength(count);
    for (const { data, context } of urls) {
      expect(new URL(textOf(data, 'url')).searchParams.get('scope')).toBe(JSON.stringify(context['app']));
    }
  });
});

describe('a bad request', () => {
  const long = 'x'.repeat(100_000);
  const wrongIds: [string, object, string][] = [
    ['no ids', {}, 'invalid_request'],
    ['no app_id', { skill_id: 'a' }, 'invalid_request'],
    ['null ids', { skill_id: null, app_id: null }, 'invalid_request'],
    ['empty ids', { skill_id: '', app_id: '' }, 'invalid_request'],
    ['over-long ids', { skill_id: long, app_id: long }, 'invalid_request'],
    ['a list for an id', { skill_id: ['a'], app_id: 'b' }, 'invalid_request'],
    ['an object for an id', { skill_id: 'a', app_id: { a: 1 } }, 'invalid_request'],
  ];
  const named: IncomingTopic[] = [
    'oauth.get',
    'oauth.start',
    'oauth.generate.qr.request',
    'oauth.refresh',
    'oauth.token.get',
    'oauth.status',
    'oauth.revoke',
    'ovos.shell.oauth.register.credentials',
    FORWARD,
  ];
  const whole = { ...credentials, redirectURL: 'http://127.0.0.1/?code=1&state=2' };

  test.each([...named, 'oauth.register'] as IncomingTopic[])(
    'of %s without proper ids is answered',
    async (type) => {
      for (const [what, wrong, code] of wrongIds) {
        const { error_code: said } = await dataOf(type, {
          ...registration,
          ...whole,
          skill_id: undefined,
          app_id: undefined,
          ...wrong,
        });
        expect([what, said]).toEqual([what, code]);
      }
    },
  );

  test('with half a character in an id is answered without it', async () => {
    // Python itself cannot send this.
    await skill.sendText('{"type": "oauth.start", "data": {"skill_id": "a\\ud83e", "app_id": "b"}}');
    const { data, frame } = await skill.waitFor('oauth.start.response');
    expect(data).toMatchObject({ app_id: 'b', error_code: 'invalid_request' });
    expect(frame).not.toContain('ud83e');
  });

  test.each(named.filter((type) => type !== FORWARD))(
    'of %s for an app that is not known is answered',
    async (type) => {
      expect(await dataOf(type, { ...whole, skill_id: 'no', app_id: 'such' })).toMatchObject({
        error: 'No app no_such is registered here.',
        error_code: 'unknown_app',
      });
    },
  );

  test.each<[string, object, string]>([
    ['no endpoints', { auth_endpoint: undefined, token_endpoint: undefined }, 'invalid_request'],
    ['a script for an endpoint', { auth_endpoint: 'javascript:alert(1)' }, 'endpoint_invalid'],
    ['a file for an endpoint', { token_endpoint: 'file:///etc/passwd' }, 'endpoint_invalid'],
    ['data for an endpoint', { auth_endpoint: 'data:text/html,x' }, 'endpoint_invalid'],
    [
      'a script in other letters',
      { auth_endpoint: ' JaVaScRiPt://example.com/%0aalert(1)' },
      'endpoint_invalid',
    ],
    ['a tab in the scheme', { auth_endpoint: 'java\tscript:alert(1)' }, 'endpoint_invalid'],
    ['a user in an endpoint', { token_endpoint: 'https://user:secret@example.com/' }, 'endpoint_invalid'],
    ['a fragment in an endpoint', { auth_endpoint: 'https://example.com/#a' }, 'endpoint_invalid'],
    ['a path for an endpoint', { refresh_endpoint: '/token' }, 'endpoint_invalid'],
    ['another scheme for refreshing', { refresh_endpoint: 'ftp://example.com/' }, 'endpoint_invalid'],
    ['an over-long endpoint', { token_endpoint: `https://example.com/${long}` }, 'invalid_request'],
    ['a number for an endpoint', { token_endpoint: 1.5 }, 'invalid_request'],
    ['an over-long client id', { client_id: long }, 'invalid_request'],
    ['an object for a secret', { client_secret: {} }, 'invalid_request'],
    ['a number for the scope', { scope: 1 }, 'invalid_request'],
    ['text for public', { public: 'true' }, 'invalid_request'],
    ['a list for shell_integration', { shell_integration: [] }, 'invalid_request'],
  ])('of oauth.register with %s is answered, and registers nothing', async (_what, wrong, code) => {
    const app = { skill_id: 'bad', app_id: 'app' };
    const { error_code: said, ...rest } = await dataOf('oauth.register', {
      ...registration,
      ...app,
      ...wrong,
    });
    expect(said).toBe(code);
    expect(rest).toMatchObject({ munged_id: 'bad_app' });
    expect(await dataOf('oauth.get', app)).toMatchObject({ error_code: 'unknown_app' });
  });

  test('with ids of any kind is a request like any other', async () => {
    const strange = [
      '../..',
      'a/b\\c',
      '%2e%2e%2f',
      '\u0000\u001b[31m\n',
      'Zoë 🦊',
      '__proto__',
      'constructor',
      ' ',
    ];
    for (const id of strange) {
      const app = { skill_id: id, app_id: id };
      expect(await dataOf('oauth.register', { ...registration, ...credentials, ...app })).toEqual({
        munged_id: `${id}_${id}`,
        client_id: 'client',
        needs_creds: false,
      });
      const { data } = await ask('oauth.generate.qr.request', app);
      expect(textOf(data, 'qr').startsWith(device.home.runtimeDir)).toBe(true);
      expect(await dataOf('oauth.get', app)).toHaveProperty('url');
      expect(await dataOf('oauth.refresh', app)).toMatchObject({ error_code: 'not_connected' });
    }
    const proto = { skill_id: '_', app_id: 'proto__' };
    await ask('oauth.register', { ...registration, ...credentials, ...proto });
    expect(await dataOf('oauth.get', proto)).toHaveProperty('url');
    expect(await broker.stop()).toBe(0);
    await broker.start();
    for (const id of strange) {
      expect(await dataOf('oauth.get', { skill_id: id, app_id: id })).toHaveProperty('url');
    }
    expect(await dataOf('oauth.get', proto)).toHaveProperty('url');
  });

  test.each([
    ['no address', undefined, 'invalid_request'],
    ['an empty address', '', 'invalid_request'],
    ['words', 'code=1&state=2', 'invalid_request'],
    ['a list', ['http://a/?code=1&state=2'], 'invalid_request'],
    ['an over-long address', `http://127.0.0.1/?code=${long}&state=2`, 'invalid_request'],
    ['a script', 'javascript:alert(1)?code=1&state=2', 'attempt_unknown'],
    ['an address without state', 'http://127.0.0.1/?code=1', 'callback_malformed'],
    ['two states', 'http://127.0.0.1/?code=1&state=2&state=3', 'callback_malformed'],
    ["the Python plugin's state", `http://127.0.0.1/?code=1&state=${MUNGED_ID}`, 'attempt_unknown'],
  ])(`of ${FORWARD} with %s is answered`, async (_what, redirectURL, code) => {
    await ask('oauth.register', { ...registration, ...credentials });
    expect(await dataOf(FORWARD, { ...ids, redirectURL })).toMatchObject({
      result: 'Error',
      error_code: code,
    });
  });
});

test('a provider that hangs keeps no request from its answer when the service stops', async () => {
  const hostile = await startHostileServer();
  const app = { skill_id: 'hanging', app_id: 'app' };
  await ask('oauth.register', {
    ...registration,
    ...credentials,
    ...app,
    token_endpoint: hostile.url('hang'),
  });
  const { data } = await ask('oauth.start', app);
  const state = new URL(textOf(data, 'url')).searchParams.get('state');
  skill.forget();
  const redirectURL = `http://127.0.0.1/?code=1&state=${state}`;
  await skill.emit({ type: FORWARD, data: { ...app, redirectURL }, context: { n: 1 } });
  await eventually('the code is sent to the provider', () => hostile.requests.length > 0);
  const stopped = broker.stop();
  const answer = await skill.waitFor(`${FORWARD}.response`);
  expect(answer.data).toMatchObject({ result: 'Error', error_code: 'shutting_down' });
  expect(answer.context).toMatchObject({ n: 1 });
  await hostile.close();
  expect(await stopped).toBe(0);
  expect(skill.seen.filter(({ type }) => type === `${FORWARD}.response`)).toHaveLength(1);
  await broker.start();
});

test('what the service wrote holds no secret and no trace of a fault', () => {
  for (const secret of ['s3cret', '?code', '&code', 'state', 'Error', '    at ', 'code=internal']) {
    expect(broker.output()).not.toContain(secret);
  }
});
