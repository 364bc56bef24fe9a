import { afterAll, beforeAll, expect, test } from 'vitest';
import { INCOMING, type IncomingTopic } from '../../src/bus/api/incoming.ts';
import { Message } from '../../src/bus/message.ts';
import { loadSettings } from '../../src/config/load.ts';
import { createDaemon, type Daemon } from '../../src/daemon.ts';
import { isJsonObject, type JsonObject } from '../../src/json.ts';
import { silentLog } from '../../src/log.ts';
import { violations } from '../support/loop-bus.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';
import { openRawClient, type RawClient } from '../support/raw-client.ts';

// The API on a bus whose messages are encrypted. ovos-bus-client can't read such a frame itself, but its functions can.

const KEY = '0123456789abcdef';
const ids = { skill_id: 'skill', app_id: 'app' };
const everything = {
  ...ids,
  auth_endpoint: 'https://provider.example/auth',
  token_endpoint: 'https://provider.example/token',
  client_id: 'client',
  client_secret: 's3cret',
  redirectURL: 'http://127.0.0.1/?code=1&state=2',
};

let bus: MessageBus;
let device: OAuthDevice;
let daemon: Daemon;
let python: PythonClient;
let raw: RawClient;

beforeAll(async () => {
  bus = await startMessageBus({ nodelay: true, config: { websocket: { secret_key: KEY } } });
  device = await createDevice(bus);
  python = await startPythonClient({ env: device.home.env, connect: false });
  raw = await openRawClient(bus.url);
  const { settings } = await loadSettings(device.home.env);
  daemon = createDaemon(settings, { log: silentLog });
  await daemon.start();
});

afterAll(async () => {
  await daemon?.stop();
  await raw?.close();
  await python?.stop();
  await bus?.stop();
  await device?.home.remove();
});

/** The first message of a type among the frames from `from` on, decrypted by Python. */
async function decrypted(type: string, from: number): Promise<JsonObject> {
  for (let at = from; ; at += 1) {
    await expect.poll(() => raw.frames.length, { timeout: 10_000 }).toBeGreaterThan(at);
    const frame = raw.frames[at] ?? '';
    const message: unknown = JSON.parse(await python.decrypt(KEY, frame));
    if (isJsonObject(message) && message['type'] === type) return message;
  }
}

test('the service announces itself', async () => {
  expect(await decrypted('oauth.ping', 0)).toMatchObject({ data: {} });
});

test.each(Object.keys(INCOMING) as IncomingTopic[])('%s is answered', async (type) => {
  const [replyType] = INCOMING[type].replies;
  const from = raw.frames.length;
  const request = { type, data: everything, context: { source: 'a', destination: 'b', session: {} } };
  raw.send(await python.encrypt(KEY, JSON.stringify(request)));
  const { data, context } = await decrypted(replyType, from);
  expect(violations(new Message(replyType, isJsonObject(data) ? data : {}))).toEqual([]);
  expect(context).toEqual({ source: 'b', destination: 'a', session: {} });
});

test('nothing that the service says can be read without the key', () => {
  expect(raw.frames.length).toBeGreaterThan(2 * Object.keys(INCOMING).length);
  expect(raw.frames.filter((frame) => !frame.startsWith('{"ciphertext"'))).toEqual([]);
});
