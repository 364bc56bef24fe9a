import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { startBroker } from '../support/broker-process.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { openLink, signInAtProvider } from '../support/phone.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';
import { readQr } from '../support/read-qr.ts';
import { type RelayHost, startRelayHost } from '../support/relay-host.ts';
import type { ServiceProcess } from '../support/service-process.ts';

const LAN = '127.0.0.2';
const SKILL = 'skill-relay';

let relay: RelayHost;
let bus: MessageBus;
let device: OAuthDevice;
let broker: ServiceProcess;
let provider: AuthorizationServer;
let skill: PythonClient;
let phone: TestBrowser;
let page: Page | undefined;

beforeAll(async () => {
  relay = await startRelayHost('127.0.0.3');
  bus = await startMessageBus({ nodelay: true });
  device = await createDevice(bus, { settings: { lan_host: LAN, redirect: { relay_url: relay.url } } });
  provider = await startAuthorizationServer();
  broker = await startBroker(device);
  skill = await startPythonClient({ env: device.home.env });
  phone = await launchBrowser(relay.browserFlags);
});

afterAll(async () => {
  await phone?.close();
  await skill?.stop();
  await broker?.stop();
  await provider?.close();
  await bus?.stop();
  await device?.home.remove();
  await relay?.close();
});

beforeEach(async () => {
  skill.forget();
  await phone.context.clearCookies();
});

afterEach(async () => {
  await page?.close();
  page = undefined;
});

/** An app at a provider with the redirect rules of Spotify: https or the loopback address, so a phone needs the relay. */
async function registerApp(appId: string): Promise<void> {
  await provider.addClient({ id: appId, redirectUris: [relay.url] });
  const registered = await ask('oauth.register', {
    skill_id: SKILL,
    app_id: appId,
    client_id: appId,
    public: true,
    provider: 'spotify',
    auth_endpoint: provider.authorizationEndpoint,
    token_endpoint: provider.tokenEndpoint,
    scope: 'openid offline_access read',
  });
  expect(registered).toMatchObject({ munged_id: `${SKILL}_${appId}` });
}

async function ask(type: string, data: JsonObject, replyType = `${type}.response`): Promise<JsonObject> {
  const answer = await skill.waitForResponse({ type, data }, { replyType, timeout: 10_000 });
  return answer?.data ?? {};
}

async function linkFor(appId: string): Promise<string> {
  const ref = { skill_id: SKILL, app_id: appId };
  const { qr } = await ask('oauth.generate.qr.request', ref, 'oauth.generate.qr.response');
  if (typeof qr !== 'string') throw new Error('no QR code');
  return readQr(qr);
}

/** From the QR to the relay page, where the answer waits for a tap. */
async function atRelayPage(appId: string): Promise<Page> {
  await registerApp(appId);
  const opened = await openLink(phone.context, await linkFor(appId));
  await signInAtProvider(opened);
  await opened.getByRole('heading', { name: 'Back to your device' }).waitFor();
  page = opened;
  return opened;
}

const target = async (at: Page): Promise<URL> =>
  new URL((await at.getByRole('link').getAttribute('href')) ?? '');

/** Follows an address as another browser does, with none of the phone's cookies. */
async function resultFor(url: URL): Promise<string> {
  return (await fetch(url)).text();
}

function exchange(appId: string, code: string, codeVerifier: string): Promise<Response> {
  return fetch(provider.tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: appId,
      redirect_uri: relay.url,
      code,
      code_verifier: codeVerifier,
    }),
  });
}

const tokenOf = (appId: string): ReturnType<PythonClient['waitFor']> =>
  skill.waitFor(`oauth.token.response.${SKILL}_${appId}`);

test('a sign-in goes from the QR over provider, relay page and tap to the token on the bus', async () => {
  const opened = await atRelayPage('whole');
  expect(opened.url()).toBe(relay.url);
  const text = await opened.getByRole('main').innerText();
  expect(text).toContain(`your device at ${LAN}, port ${device.httpPort}.`);
  await opened.getByRole('link').click();
  await opened.getByRole('heading', { name: 'Connected' }).waitFor();
  expect(opened.url()).toMatch(new RegExp(`^http://${LAN}:${device.httpPort}/auth/result/[\\w-]{22}$`));
  const { data } = await tokenOf('whole');
  expect([typeof data['access_token'], typeof data['refresh_token']]).toEqual(['string', 'string']);
});

test('a user who declines comes back by the same way and reads a sentence', async () => {
  await registerApp('declined');
  const opened = await openLink(phone.context, await linkFor('declined'));
  page = opened;
  await opened.getByRole('button', { name: 'Sign in' }).click();
  await opened.getByRole('button', { name: 'Deny' }).click();
  await opened.getByText('has reported a problem').waitFor();
  await opened.getByRole('link').click();
  await opened.getByRole('heading', { name: 'Sign-in declined' }).waitFor();
  const { data } = await skill.waitFor('oauth.status.changed');
  expect(data).toMatchObject({ app_id: 'declined', error_code: 'access_denied' });
});

describe('somebody who gets hold of an answer', () => {
  test('gets no token for the code, since the verifier never left the device', async () => {
    const code = (await target(await atRelayPage('stolen'))).searchParams.get('code') ?? '';
    expect(code).not.toBe('');
    const answer = await exchange('stolen', code, 'v'.repeat(43));
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_grant' }),
    ]);
  });

  test('can not finish the sign-in in another browser, and does not spend it by trying', async () => {
    const opened = await atRelayPage('elsewhere');
    expect(await resultFor(await target(opened))).toContain('Another browser');
    await opened.getByRole('link').click();
    await opened.getByRole('heading', { name: 'Connected' }).waitFor();
    await tokenOf('elsewhere');
  });

  test('gets nowhere with it a second time', async () => {
    const opened = await atRelayPage('replayed');
    const { href } = await target(opened);
    await opened.getByRole('link').click();
    await opened.getByRole('heading', { name: 'Connected' }).waitFor();
    await tokenOf('replayed');
    const { exchanges, tokenRequests } = await provider.counters();
    await opened.goto(href);
    await opened.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(await resultFor(new URL(href))).not.toContain('Connected');
    expect(await provider.counters()).toMatchObject({ exchanges, tokenRequests });
  });

  test('can not bend the address in the state: the device knows only states as it made them', async () => {
    const opened = await atRelayPage('bent');
    const url = await target(opened);
    const state = url.searchParams.get('state') ?? '';
    const [random = ''] = state.split('.');
    const other = Buffer.from(`${LAN}:1`).toString('base64url');
    const { tokenRequests } = await provider.counters();
    for (const forged of [`${random}.${other}`, `${random}.`, random, `${state}A`, state.toLowerCase()]) {
      url.searchParams.set('state', forged);
      await opened.goto(url.href);
      await opened.getByRole('heading', { name: 'Sign-in not known' }).waitFor();
    }
    expect(await provider.counters()).toMatchObject({ tokenRequests });
    url.searchParams.set('state', state);
    await opened.goto(url.href);
    await opened.getByRole('heading', { name: 'Connected' }).waitFor();
  });

  test("can not slip a code of their own into the user's sign-in", async () => {
    const theirs = (await target(await atRelayPage('theirs'))).searchParams.get('code') ?? '';
    await page?.close();
    await phone.context.clearCookies();
    const opened = await atRelayPage('ours');
    const url = await target(opened);
    url.searchParams.set('code', theirs);
    await opened.goto(url.href);
    await opened.getByText('invalid_grant').waitFor();
    expect((await provider.counters()).errors).toContain('invalid_grant');
  });
});

test('nothing of a sign-in is in what the service has written', async () => {
  const url = await target(await atRelayPage('logged'));
  await page?.getByRole('link').click();
  await page?.getByRole('heading', { name: 'Connected' }).waitFor();
  for (const name of ['code', 'state']) {
    expect(broker.output()).not.toContain(url.searchParams.get(name));
  }
});
