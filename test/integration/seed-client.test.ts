import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { startBroker } from '../support/broker-process.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { openLink, signInAtProvider } from '../support/phone.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';
import { type PythonProgram, startPythonProgram } from '../support/python-program.ts';
import { readQr } from '../support/read-qr.ts';
import type { ServiceProcess } from '../support/service-process.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/seed-client.py', import.meta.url));
const LAN = '127.0.0.2';

let bus: MessageBus;
let device: OAuthDevice;
let broker: ServiceProcess;
let provider: AuthorizationServer;
let observer: PythonClient;
let phone: TestBrowser;
let example: PythonProgram;

beforeAll(async () => {
  bus = await startMessageBus();
  device = await createDevice(bus, { settings: { lan_host: LAN } });
  const address = `http://${LAN}:${device.httpPort}`;
  const redirectUris = [`${address}/auth/callback/my_skill_id_my_app_id`];
  provider = await startAuthorizationServer({
    clients: [{ id: address, secret: 'my secret', redirectUris }],
  });
  broker = await startBroker(device);
  observer = await startPythonClient({ env: device.home.env });
  phone = await launchBrowser();
  example = startPythonProgram(EXAMPLE, {
    env: device.home.env,
    args: Object.entries({
      '--auth-endpoint': provider.authorizationEndpoint,
      '--token-endpoint': provider.tokenEndpoint,
      '--client-secret': 'my secret',
      '--scope': 'openid',
      '--api': `${provider.issuer}/me`,
    }).flat(),
  });
});

afterAll(async () => {
  await example?.stop();
  await phone?.close();
  await observer?.stop();
  await broker?.stop();
  await provider?.close();
  await bus?.stop();
  await device?.home.remove();
});

test('the class of the seed signs a user in by the QR and uses the token', async () => {
  const [, path = ''] = await example.line(/^Scan this with your phone: (.+)$/);
  const link = await readQr(path);
  expect(link.toLowerCase()).toContain(`http://${LAN}:${device.httpPort}/s/`);

  await signInAtProvider(await openLink(phone.context, link));

  const [, answer] = await example.line(/^Signed in\. The provider says: (.+)$/);
  expect(answer).toBe("{'sub': 'user'}");
  expect(await example.ended).toBe(0);
});

test('the messages of that class are those of the seed, field by field', () => {
  const sent = (type: string) => observer.seen.filter((message) => message.type === type);
  expect(sent('oauth.get.app.host.info').map(({ data }) => data)).toEqual([{}]);
  expect(sent('oauth.register').map(({ data }) => data)).toEqual([
    {
      skill_id: 'my_skill_id',
      app_id: 'my_app_id',
      client_id: `http://${LAN}:${device.httpPort}`,
      client_secret: 'my secret',
      auth_endpoint: provider.authorizationEndpoint,
      token_endpoint: provider.tokenEndpoint,
      refresh_endpoint: '',
      scope: 'openid',
      shell_integration: true,
    },
  ]);
  expect(sent('oauth.generate.qr.request').map(({ data }) => data)).toEqual([
    { app_id: 'my_app_id', skill_id: 'my_skill_id' },
  ]);
});

test('each of its messages got one reply with the whole context, and the shell was asked to show the QR', () => {
  const replies = {
    'oauth.get.app.host.info': 'oauth.app.host.info.response',
    'oauth.register': 'oauth.register.response',
    'oauth.generate.qr.request': 'oauth.generate.qr.response',
  };
  for (const [request, reply] of Object.entries(replies)) {
    const asked = observer.seen.filter(({ type }) => type === request);
    const answered = observer.seen.filter(({ type }) => type === reply);
    expect(answered.map(({ context }) => context)).toEqual(asked.map(({ context }) => context));
  }
  expect(observer.seen.filter(({ type }) => type === 'ovos.shell.oauth.display.qr.code')).toHaveLength(1);
  expect(
    observer.seen.filter(({ type }) => type === 'oauth.token.response.my_skill_id_my_app_id'),
  ).toHaveLength(1);
});
