import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startBroker } from '../support/broker-process.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type HomeAssistantServer, startHomeAssistant } from '../support/home-assistant-server.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { openLink, signInAtHomeAssistant } from '../support/phone.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';
import { type PythonProgram, startPythonProgram } from '../support/python-program.ts';
import { supportScript } from '../support/python-venv.ts';
import { readQr } from '../support/read-qr.ts';
import type { ServiceProcess } from '../support/service-process.ts';
import { textOf } from '../support/text-of.ts';

const LAN = '127.0.0.2';
const SKILL = { skill_id: 'ovos-PHAL-plugin-homeassistant', app_id: 'homeassistant-phal-plugin' };
const TOKEN_RESPONSE = `oauth.token.response.${SKILL.skill_id}_${SKILL.app_id}`;

let homeAssistant: HomeAssistantServer;
let phone: TestBrowser;
let bus: MessageBus;
let device: OAuthDevice;
let broker: ServiceProcess;
let plugin: PythonProgram;
let observer: PythonClient;

beforeAll(async () => {
  homeAssistant = await startHomeAssistant();
  phone = await launchBrowser();
});

afterAll(async () => {
  await phone?.close();
  await homeAssistant?.stop();
});

beforeEach(async () => {
  bus = await startMessageBus();
  device = await createDevice(bus, { settings: { lan_host: LAN } });
  broker = await startBroker(device);
  observer = await startPythonClient({ env: device.home.env });
  plugin = startPythonProgram(supportScript('python/homeassistant_plugin.py'), { env: device.home.env });
  await plugin.line(/^loaded$/);
});

afterEach(async () => {
  await plugin?.stop();
  await observer?.stop();
  await broker?.stop();
  await bus?.stop();
  await device?.home.remove();
});

/** What a user types on the device's screen; resolves to the link of the QR that the plugin shows then. */
async function startFlow(instance: string): Promise<string> {
  await observer.emit({ type: 'ovos.phal.plugin.homeassistant.start.oauth.flow', data: { instance } });
  const { data } = await observer.waitFor('gui.event.send', {
    matches: (message) => message.data['event_name'] === 'ovos.phal.plugin.homeassistant.oauth.qr.update',
  });
  const shown = JSON.parse(JSON.stringify(data['params'])) as { qr: string };
  return readQr(shown.qr);
}

async function signIn(instance: string): Promise<void> {
  const page = await openLink(phone.context, await startFlow(instance));
  // Home Assistant's own frontend adds a parameter that no OAuth client asked for.
  const callback = page.waitForRequest(/\/auth\/callback\/[^?]+\?.*&storeToken=true$/);
  await signInAtHomeAssistant(page, homeAssistant.user);
  await callback;
  await observer.waitFor(TOKEN_RESPONSE);
  // The phone is sent on to the page with the result, whose address holds neither code nor token.
  await page.waitForURL(/\/auth\/result\//);
}

describe('the Home Assistant plugin, unmodified', () => {
  test('gets its token by QR and phone and makes a long-lived one with it', async () => {
    await signIn(`http://127.0.0.1:${homeAssistant.port}`);
    await observer.waitFor('ovos-PHAL-plugin-homeassistant.home');

    const config = JSON.parse(await readFile(device.home.configFile, 'utf8')) as {
      PHAL: Record<string, { api_key?: string; host?: string }>;
    };
    const { api_key: apiKey = '', host } = config.PHAL[SKILL.skill_id] ?? {};
    expect([...homeAssistant.longLivedTokens.values()]).toContain(apiKey);
    expect(host).toBe(`ws://127.0.0.1:${homeAssistant.port}`);
  });

  test('its client id reaches Home Assistant byte for byte, in the body of every token request', async () => {
    const before = homeAssistant.tokenRequests.length;
    await signIn(`http://127.0.0.1:${homeAssistant.port}`);
    const refreshed = await observer.waitForResponse({ type: 'oauth.refresh', data: SKILL });
    expect(refreshed?.data).toMatchObject({ result: 'Ok', client_id: `http://${LAN}:${device.httpPort}` });

    const requests = homeAssistant.tokenRequests.slice(before);
    expect(requests.map(({ form }) => form['grant_type'])).toEqual(['authorization_code', 'refresh_token']);
    for (const { form, authorization, status } of requests) {
      expect(status).toBe(200);
      expect(form['client_id']).toBe(`http://${LAN}:${device.httpPort}`);
      expect(authorization).toBeUndefined();
    }
  });

  test('three flows started at once all get their answers within the plugin’s three seconds', async () => {
    const instance = `http://127.0.0.1:${homeAssistant.port}`;
    const start = { type: 'ovos.phal.plugin.homeassistant.start.oauth.flow', data: { instance } };
    await Promise.all([observer.emit(start), observer.emit(start), observer.emit(start)]);
    const isQr = ({ data }: { data: object }): boolean =>
      JSON.stringify(data).includes('homeassistant.oauth.qr.update');
    await expect
      .poll(
        () => observer.seen.filter((message) => message.type === 'gui.event.send' && isQr(message)).length,
        {
          timeout: 10_000,
        },
      )
      .toBe(3);
    const count = (type: string): number => observer.seen.filter((message) => message.type === type).length;
    expect(count('oauth.app.host.info.response')).toBe(3);
    expect(count('oauth.register.response')).toBe(count('oauth.register'));
    expect(count('oauth.generate.qr.response')).toBe(count('oauth.generate.qr.request'));
  });
});

describe('an instance as people type it', () => {
  // What the plugin makes of such an address itself, it makes of it still: its own WebSocket URL stays broken. But the
  // user can sign in, and the token arrives.
  test('without a scheme leads to a sign-in', async () => {
    await signIn(`127.0.0.1:${homeAssistant.port}`);
    expect(homeAssistant.accepts(await receivedToken())).toBe(true);
  });

  test('with a slash at its end leads to a sign-in', async () => {
    await signIn(`http://127.0.0.1:${homeAssistant.port}/`);
    expect(homeAssistant.accepts(await receivedToken())).toBe(true);
  });

  test('that can be no address is answered with an error, and no QR is shown', async () => {
    await observer.emit({
      type: 'ovos.phal.plugin.homeassistant.start.oauth.flow',
      data: { instance: 'javascript:alert(1)//' },
    });
    const { data } = await observer.waitFor('oauth.register.response');
    expect(data).toMatchObject({ error_code: 'endpoint_invalid' });
    expect(data['error']).toEqual(expect.any(String));
    expect(observer.seen.map(({ type }) => type)).not.toContain('oauth.generate.qr.request');
  });
});

async function receivedToken(): Promise<string> {
  const { data } = await observer.waitFor(TOKEN_RESPONSE);
  return textOf(data, 'access_token');
}
