import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { startBroker } from '../support/broker-process.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { openLink, signInAtProvider } from '../support/phone.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';
import { pythonSkill } from '../support/python-skill.ts';
import { readQr } from '../support/read-qr.ts';
import type { ServiceProcess } from '../support/service-process.ts';
import { eventually } from '../support/eventually.ts';
import { textOf } from '../support/text-of.ts';
import { userAgent } from '../support/user-agent.ts';

const LAN = '127.0.0.2';
const SKILL = 'skill-test';

let bus: MessageBus;
let device: OAuthDevice;
let broker: ServiceProcess;
let provider: AuthorizationServer;
let skill: PythonClient;
let phone: TestBrowser;

beforeAll(async () => {
  bus = await startMessageBus({ nodelay: true });
  device = await createDevice(bus, { settings: { lan_host: LAN } });
  provider = await startAuthorizationServer();
  broker = await startBroker(device);
  skill = await startPythonClient({ env: device.home.env });
  phone = await launchBrowser();
});

afterAll(async () => {
  await phone?.close();
  await skill?.stop();
  await broker?.stop();
  await provider?.close();
  await bus?.stop();
  await device?.home.remove();
});

beforeEach(async () => {
  skill.forget();
  // The provider would remember the user of the test before.
  await phone.context.clearCookies();
});

type Kind = 'confidential (Basic)' | 'confidential (body)' | 'public';

/** Makes a client at the provider and registers it as an app at the broker, both over the real wire. */
async function registerApp(appId: string, kind: Kind, more: JsonObject = {}): Promise<JsonObject> {
  const redirectUris = ['127.0.0.1', LAN].map(
    (host) => `http://${host}:${device.httpPort}/auth/callback/${encodeURIComponent(`${SKILL}_${appId}`)}`,
  );
  const authentication = {
    'confidential (Basic)': 'client_secret_basic',
    'confidential (body)': 'client_secret_post',
    public: 'none',
  } as const;
  const secret = kind === 'public' ? {} : { secret: 'a secret: with + signs' };
  await provider.addClient({ id: appId, ...secret, authentication: authentication[kind], redirectUris });
  const answer = await skill.waitForResponse({
    type: 'oauth.register',
    data: {
      skill_id: SKILL,
      app_id: appId,
      client_id: appId,
      client_secret: kind === 'public' ? null : 'a secret: with + signs',
      public: kind === 'public',
      auth_endpoint: provider.authorizationEndpoint,
      token_endpoint: provider.tokenEndpoint,
      scope: 'openid offline_access read',
      ...more,
    },
  });
  return answer?.data ?? {};
}

async function ask(
  type: string,
  appId: string,
  replyType = `${type}.response`,
  context = {},
): Promise<JsonObject> {
  const answer = await skill.waitForResponse(
    { type, data: { skill_id: SKILL, app_id: appId }, context },
    { replyType, timeout: 10_000 },
  );
  return answer?.data ?? {};
}

describe.each<Kind>(['confidential (Basic)', 'confidential (body)', 'public'])('a %s client', (kind) => {
  const appId = `app ${kind}`;

  test('signs in from the QR to the token on the bus, by a real browser', async () => {
    expect(await registerApp(appId, kind)).toMatchObject({
      munged_id: `${SKILL}_${appId}`,
      needs_creds: false,
    });
    const answer = await ask('oauth.generate.qr.request', appId, 'oauth.generate.qr.response');
    const link = await readQr(textOf(answer, 'qr'));
    const page = await openLink(phone.context, link);
    await signInAtProvider(page);
    await page
      .getByText(/connected/i)
      .first()
      .waitFor();
    expect(page.url()).not.toMatch(/code=|state=/);
    const token = await skill.waitFor(`oauth.token.response.${SKILL}_${appId}`);
    expect(textOf(token.data, 'access_token')).not.toBe('');
    expect(textOf(token.data, 'refresh_token')).not.toBe('');
    await page.close();
  });

  test('is seen by Python programs in the shared file', async () => {
    const token = await pythonSkill(device.home.env).token(`${SKILL}_${appId}`);
    expect(textOf(token, 'access_token')).not.toBe('');
    expect(typeof token?.['expires_at']).toBe('number');
  });

  test('is refreshed, and the refresh token rotates', async () => {
    const before = await pythonSkill(device.home.env).token(`${SKILL}_${appId}`);
    const answer = await ask('oauth.refresh', appId);
    expect(answer).toMatchObject({ result: 'Ok', client_id: appId });
    const after = await pythonSkill(device.home.env).token(`${SKILL}_${appId}`);
    expect(after).toEqual(answer['token']);
    expect(after?.['refresh_token']).not.toBe(before?.['refresh_token']);
  });
});

test('sixteen simultaneous refreshes of one rotating token cost one request', async () => {
  await registerApp('sixteen', 'public');
  const url = textOf(await ask('oauth.get', 'sixteen', 'oauth.url'), 'url');
  await (await fetch(await userAgent.approve(url))).text();
  await skill.waitFor(`oauth.token.response.${SKILL}_sixteen`);
  const { tokenRequests } = await provider.counters();
  // The answer is held back, so that all sixteen are there before it comes.
  await provider.delayTokenRequests({ after: 500 });
  for (let n = 0; n < 16; n += 1) {
    await skill.emit({ type: 'oauth.refresh', data: { skill_id: SKILL, app_id: 'sixteen' }, context: { n } });
  }
  const answered = (): JsonObject[] =>
    skill.seen.filter(({ type }) => type === 'oauth.refresh.response').map(({ data }) => data);
  await skill.waitFor('oauth.refresh.response', { matches: () => answered().length === 16 });
  await provider.delayTokenRequests({});
  expect(new Set(answered().map(({ result }) => result))).toEqual(new Set(['Ok']));
  expect((await provider.counters()).tokenRequests).toBe(tokenRequests + 1);
});

test('the shell finishes its own flow by forwarding the address', async () => {
  await registerApp('shell', 'confidential (Basic)');
  await ask('oauth.start', 'shell');
  const start = await skill.waitFor('ovos.shell.oauth.start.authentication');
  expect(start.data).toMatchObject({ skill_id: SKILL, app_id: 'shell', needs_credentials: false });
  const redirectURL = await userAgent.approve(textOf(start.data, 'url'));
  const answer = await skill.waitForResponse(
    {
      type: 'ovos.shell.oauth.authentication.forward',
      data: { skill_id: SKILL, app_id: 'shell', redirectURL },
    },
    { timeout: 10_000 },
  );
  expect(answer?.data).toMatchObject({ result: 'Ok' });
  await skill.waitFor(`oauth.token.response.${SKILL}_shell`);
});

test('a user who declines reads a sentence, and the bus hears a code', async () => {
  await registerApp('declined', 'public');
  const url = textOf(await ask('oauth.get', 'declined', 'oauth.url'), 'url');
  const page = await (await fetch(await userAgent.deny(url))).text();
  expect(page).toMatch(/declined/i);
  const { data } = await skill.waitFor('oauth.status.changed');
  expect(data).toMatchObject({ skill_id: SKILL, app_id: 'declined', error_code: 'access_denied' });
});

test('a bus that is killed and restarted in the middle of a sign-in does not keep it from completing', async () => {
  await registerApp('bus killed', 'public');
  const answer = await ask('oauth.generate.qr.request', 'bus killed', 'oauth.generate.qr.response');
  const link = await readQr(textOf(answer, 'qr'));
  await bus.kill();
  const page = await openLink(phone.context, link);
  await signInAtProvider(page);
  await page
    .getByText(/connected/i)
    .first()
    .waitFor();
  await page.close();
  await bus.start();
  // The Python client comes back after 5 s at the soonest: the broker, which is faster, must not speak into the void.
  const token = await pythonSkill(device.home.env).token(`${SKILL}_bus killed`);
  expect(textOf(token, 'access_token')).not.toBe('');
  // Python's client tries again after 5 s, 10 s, 20 s.
  await eventually(
    'the skill is heard again',
    async () => (await skill.waitForResponse({ type: 'mycroft.oauth.is_ready' })) !== undefined,
    60_000,
  );
  expect(await ask('oauth.refresh', 'bus killed')).toMatchObject({ result: 'Ok' });
});

test('a sign-in survives a restart of the broker between the scan and the answer', async () => {
  await registerApp('restarted', 'public');
  const url = textOf(await ask('oauth.get', 'restarted', 'oauth.url', { asked: 'before' }), 'url');
  const callback = await userAgent.approve(url);
  await broker.kill();
  broker = await startBroker(device);
  expect(await (await fetch(callback)).text()).toMatch(/connected/i);
  const token = await skill.waitFor(`oauth.token.response.${SKILL}_restarted`);
  expect(token.context).toMatchObject({ asked: 'before' });
});
