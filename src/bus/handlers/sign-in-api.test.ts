import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LoopBus, violations } from '../../../test/support/loop-bus.ts';
import { recordedLog } from '../../../test/support/recorded-log.ts';
import { ScriptedDevice, TOKENS } from '../../../test/support/scripted-device.ts';
import { textOf } from '../../../test/support/text-of.ts';
import type { JsonObject } from '../../json.ts';
import { attachHandlers } from './index.ts';

// The ways to sign in, as the bus offers them.

const ids = { skill_id: 'skill', app_id: 'app' };
const registration = {
  ...ids,
  client_id: 'id',
  client_secret: 's3cret',
  auth_endpoint: 'https://provider.example/authorize',
  token_endpoint: 'https://provider.example/token',
};
const withDevice = { ...registration, device_authorization_endpoint: 'https://provider.example/device' };
const SHOW = 'ovos.shell.oauth.start.authentication';
const CONTEXT = '{"source": "a", "destination": "b", "session": {"session_id": "s", "lang": "en"}}';

let device: ScriptedDevice;
let bus: LoopBus;
let drawn: string[];

beforeEach(async () => {
  device = new ScriptedDevice();
  bus = new LoopBus();
  drawn = [];
  await device.broker.open();
  attachHandlers(bus, {
    broker: device.broker,
    events: device.events,
    qr: {
      async create(url, linkCode) {
        drawn.push(url);
        return `/run/${linkCode}.png`;
      },
      async remove() {},
    },
    lanHost: async () => device.lanHost,
    port: () => 36_536,
    lang: 'en',
    log: recordedLog(),
    clock: device.clock,
  });
});

afterEach(() => {
  const wrong = bus.sent.flatMap(violations);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
});

function serveDeviceFlow({ complete }: { complete: boolean }): void {
  device.serve('provider.example', ({ url }) =>
    url.pathname === '/device'
      ? Response.json({
          device_code: 'secret device code',
          user_code: 'WDJB-MJHT',
          verification_uri: 'https://provider.example/go',
          ...(complete ? { verification_uri_complete: 'https://provider.example/go?c=WDJB-MJHT' } : {}),
          expires_in: 900,
          interval: 5,
        })
      : Response.json({ error: 'authorization_pending' }, { status: 400 }),
  );
}

const CODES = { user_code: 'WDJB-MJHT', verification_uri: 'https://provider.example/go' };

function offered({ methods }: JsonObject): unknown {
  return Array.isArray(methods) && methods.filter((one) => (one as JsonObject)['offered']);
}

const askForQr = (more: JsonObject = {}) =>
  bus.ask('oauth.generate.qr.request', { ...ids, ...more }, 'oauth.generate.qr.response');

describe('oauth.start', () => {
  test('takes a method, and tells the shell what to show for a code', async () => {
    serveDeviceFlow({ complete: true });
    await bus.ask('oauth.register', withDevice);
    const answer = await bus.ask('oauth.start', { ...ids, method: 'device' });
    const complete = 'https://provider.example/go?c=WDJB-MJHT';
    const codes = {
      ...CODES,
      verification_uri_complete: complete,
      expires_at: device.clock.now() / 1_000 + 900,
    };
    expect(answer).toMatchObject({ ...ids, url: complete, ...codes });
    expect(bus.of(SHOW)).toMatchObject([{ ...ids, url: complete, needs_credentials: false, ...codes }]);
    expect(JSON.stringify(bus.sent)).not.toContain('secret device code');
  });

  test('without a method is for the shell, and lists what else there is', async () => {
    await bus.ask('oauth.register', registration);
    const answer = await bus.ask('oauth.start', ids);
    expect(offered(answer)).toEqual([
      { method: 'shell', offered: true, reason: 'in_the_shell' },
      { method: 'lan', offered: true, reason: 'provider_may_take_lan' },
      { method: 'paste', offered: true, reason: 'paste_last_resort' },
    ]);
    expect(bus.of(SHOW)[0]?.['methods']).toEqual(answer['methods']);
    expect(answer).not.toHaveProperty('user_code');
  });

  test('says why a method is not possible', async () => {
    await bus.ask('oauth.register', {
      ...registration,
      auth_endpoint: 'https://accounts.spotify.com/authorize',
    });
    expect(await bus.ask('oauth.start', { ...ids, method: 'lan' })).toEqual({
      ...ids,
      error: 'This sign-in cannot be done in that way.',
      error_code: 'method_not_possible',
      reason: 'provider_refuses_lan',
    });
    expect(await askForQr({ method: 'device' })).toMatchObject({ reason: 'device_flow_missing' });
    expect(await bus.ask('oauth.start', { ...ids, method: 'telepathy' })).toMatchObject({
      error_code: 'invalid_request',
    });
    expect(bus.of(SHOW)).toEqual([]);
  });

  test('shows the form again for credentials that the provider has refused', async () => {
    device.serve('provider.example', () => Response.json({ error: 'invalid_client' }, { status: 401 }));
    await bus.ask('oauth.register', registration);
    const { url } = await bus.ask('oauth.start', ids);
    const state = new URL(textOf({ url }, 'url')).searchParams.get('state');
    const redirectURL = `http://127.0.0.1:36536/auth/callback/skill_app?code=c&state=${state}`;
    await bus.ask('ovos.shell.oauth.authentication.forward', { ...ids, redirectURL });
    expect(await bus.ask('oauth.start', ids)).toMatchObject({ ...ids, error_code: 'invalid_client' });
    expect(bus.of(SHOW).at(-1)).toEqual({ url: '', ...ids, needs_credentials: true });
    // The same ones again: the user may have mended them at the provider.
    const typed = { ...ids, client_id: 'id', client_secret: 's3cret' };
    await bus.ask('ovos.shell.oauth.register.credentials', typed);
    expect(bus.of(SHOW).at(-1)).toMatchObject({ needs_credentials: false });
  });

  test('shows the form where the provider registers no client by itself after all', async () => {
    device.serve('id.example', ({ url }) =>
      url.pathname === '/reg'
        ? Response.json({ error: 'access_denied' }, { status: 403 })
        : Response.json({
            issuer: 'https://id.example',
            authorization_endpoint: 'https://id.example/authorize',
            token_endpoint: 'https://id.example/token',
            registration_endpoint: 'https://id.example/reg',
          }),
    );
    expect(await bus.ask('oauth.register', { ...ids, issuer: 'https://id.example' })).toMatchObject({
      needs_creds: false,
    });
    expect(await bus.ask('oauth.start', ids)).toMatchObject({ error_code: 'registration_refused' });
    expect(bus.of(SHOW)).toEqual([{ url: '', ...ids, needs_credentials: true }]);
  });
});

describe('the QR code', () => {
  test('leads straight to the page with the code in it, and the code is there to be shown', async () => {
    serveDeviceFlow({ complete: true });
    await bus.ask('oauth.register', withDevice);
    const complete = 'https://provider.example/go?c=WDJB-MJHT';
    const answer = await askForQr();
    expect(answer).toMatchObject({ url: complete, ...CODES, verification_uri_complete: complete });
    expect(drawn).toEqual([complete]);
    expect(bus.of('ovos.shell.oauth.display.qr.code')).toMatchObject([CODES]);
  });

  test('leads to the landing page, which shows the code, where there is no such address', async () => {
    serveDeviceFlow({ complete: false });
    await bus.ask('oauth.register', withDevice);
    const answer = await askForQr();
    expect(answer).toMatchObject(CODES);
    expect(answer['url']).toMatch(/^http:\/\/192\.168\.1\.7:36536\/s\/[0-9A-Z]{10}$/);
    expect(drawn).toEqual([expect.stringMatching(/^HTTP:\/\/192\.168\.1\.7:36536\/S\//)]);
  });

  test('begins with the method that was asked for', async () => {
    serveDeviceFlow({ complete: true });
    await bus.ask('oauth.register', withDevice);
    const answer = await askForQr({ method: 'paste' });
    expect(answer).not.toHaveProperty('user_code');
    const linkCode = textOf(answer, 'url').slice(-10);
    expect((await device.broker.signIn.continue(linkCode, 'phone')).attempt.method).toBe('paste');
  });
});

test('oauth.cancel says how many sign-ins it has ended, and who started them is told', async () => {
  await bus.ask('oauth.register', registration);
  expect(await bus.ask('oauth.cancel', ids)).toEqual({ ...ids, cancelled: 0 });
  await bus.ask('oauth.get', ids, 'oauth.url', CONTEXT);
  await askForQr();
  expect(await bus.ask('oauth.cancel', ids)).toEqual({ ...ids, cancelled: 2 });
  const told = bus.of('oauth.status.changed');
  expect(told).toMatchObject([
    { attempt: 'failed', error_code: 'attempt_cancelled' },
    { attempt: 'failed', error_code: 'attempt_cancelled' },
  ]);
  expect(await bus.ask('oauth.cancel', { skill_id: 'nobody', app_id: 'x' })).toMatchObject({
    error_code: 'unknown_app',
  });
});

describe('oauth.providers', () => {
  test('lists all of them in one small message', async () => {
    const { providers } = await bus.ask('oauth.providers', {});
    const list = Array.isArray(providers) ? (providers as JsonObject[]) : [];
    expect(list.length).toBeGreaterThanOrEqual(60);
    expect(list.find(({ name }) => name === 'spotify')).toEqual({
      name: 'spotify',
      title: 'Spotify',
      category: 'music',
      status: 'checked',
      methods: ['loopback', 'shell', 'relay', 'paste'],
      setup_url: 'https://developer.spotify.com/dashboard',
    });
    expect(list.find(({ name }) => name === 'nextcloud')?.['parameters']).toEqual([
      { name: 'url', title: expect.any(String) as string, example: 'https://cloud.example.com' },
    ]);
    // Half of what Python's websocket client takes for a message at least.
    expect(JSON.stringify(providers).length).toBeLessThan(64 * 1024);
  });

  test('tells all of one', async () => {
    const { providers } = await bus.ask('oauth.providers', { name: 'google' });
    expect(providers).toMatchObject([
      {
        name: 'google',
        methods: expect.arrayContaining(['device', 'paste']) as string[],
        setup_steps: expect.any(Array) as string[],
        device_scopes: expect.arrayContaining(['email']) as string[],
        pkce: true,
        refreshes: true,
      },
    ]);
    expect(await bus.ask('oauth.providers', { name: 'nobody' })).toMatchObject({
      error_code: 'invalid_request',
    });
  });
});

describe('a registration for which there is no network yet', () => {
  const register = () =>
    bus.ask('oauth.register', { ...ids, client_id: 'id', public: true, issuer: 'https://id.example' });

  test('is asked for again until it has succeeded', async () => {
    expect(await register()).toMatchObject({ error_code: 'provider_unreachable' });
    await device.clock.advance(29_000);
    expect(bus.of('oauth.ping')).toEqual([]);
    await device.clock.advance(1_000);
    expect(bus.of('oauth.ping').length).toBe(1);
    await register();
    await device.clock.advance(59_000);
    expect(bus.of('oauth.ping').length).toBe(1);
    await device.clock.advance(1_000);
    expect(bus.of('oauth.ping').length).toBe(2);
    await register();
    device.serve('id.example', (asked) =>
      asked.url.pathname.startsWith('/.well-known')
        ? Response.json({
            issuer: 'https://id.example',
            authorization_endpoint: 'https://id.example/authorize',
            token_endpoint: 'https://id.example/token',
          })
        : TOKENS(asked),
    );
    expect(await register()).toMatchObject({ munged_id: 'skill_app', needs_creds: false });
    await device.clock.advance(86_400_000);
    expect(bus.of('oauth.ping').length).toBe(2);
  });

  test('that is wrong is not', async () => {
    await bus.ask('oauth.register', { ...registration, token_endpoint: 'javascript:alert(1)' });
    await device.clock.advance(86_400_000);
    expect(bus.of('oauth.ping')).toEqual([]);
  });
});
