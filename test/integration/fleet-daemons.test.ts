import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { startBroker } from '../support/broker-process.ts';
import { eventually } from '../support/eventually.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { askForMusic, MUSIC_APP, MUSIC_ID, musicClient, signInToMusic } from '../support/music-app.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';
import { type PythonSkill, pythonSkill } from '../support/python-skill.ts';
import type { ServiceProcess } from '../support/service-process.ts';
import { textOf } from '../support/text-of.ts';

// Two devices, each with a bus, a released broker and Python programs of its own, on one PostgreSQL.

interface Device {
  readonly bus: MessageBus;
  readonly device: OAuthDevice;
  readonly broker: ServiceProcess;
  readonly skill: PythonClient;
  readonly files: PythonSkill;
}

const KEY = randomBytes(32).toString('hex');
let server: PostgresServer;
let provider: AuthorizationServer;
let kitchen: Device;
let bath: Device;

async function createFleetDevice(name: string, provide: (port: number) => Promise<void>): Promise<Device> {
  const bus = await startMessageBus();
  const device = await createDevice(bus);
  const keyFile = join(device.home.dir, 'fleet.key');
  await writeFile(keyFile, `${KEY}\n`);
  await chmod(keyFile, 0o600);
  const settings = {
    port: device.httpPort,
    sealing: { key_file: keyFile },
    store: { url: server.url('household'), device: name },
  };
  await device.home.writeConfig({ ...bus.config, PHAL: { 'ovos-PHAL-plugin-oauth': settings } });
  await provide(device.httpPort);
  const skill = await startPythonClient({ env: bus.env });
  const broker = await startBroker(device);
  return { bus, device, broker, skill, files: pythonSkill(device.home.env) };
}

beforeAll(async () => {
  server = await startPostgres();
  server.create('household');
  kitchen = await createFleetDevice('kitchen', async (port) => {
    provider = await startAuthorizationServer({ clients: [musicClient(port)] });
  });
  bath = await createFleetDevice('bath', async () => {});
  await signInToMusic(kitchen.skill, provider);
});

afterAll(async () => {
  for (const one of [kitchen, bath]) {
    await one?.broker.stop();
    await one?.skill.stop();
    await one?.bus.stop();
    await one?.device.home.remove();
  }
  await provider?.close();
  await server?.remove();
});

const ask = ({ skill }: Device, type: string, data?: object): Promise<JsonObject> =>
  askForMusic(skill, type, data);

async function accessTokenAt(device: Device): Promise<unknown> {
  return (await ask(device, 'oauth.token.get'))['access_token'];
}

test('a sign-in at one device gives its token to skills on every device', async () => {
  const token = await accessTokenAt(kitchen);
  expect(token).toEqual(expect.stringMatching(/./));
  expect(await accessTokenAt(bath)).toBe(token);
});

test('the OVOS files of a device show what skills on it have registered, and follow what other devices do', async () => {
  expect(await kitchen.files.validToken(MUSIC_ID)).toMatchObject({
    access_token: await accessTokenAt(kitchen),
  });
  // No skill on this one has registered the app.
  expect(await bath.files.token(MUSIC_ID)).toBeUndefined();
  expect(await ask(bath, 'oauth.refresh')).toMatchObject({ result: 'Ok' });
  const token = await accessTokenAt(bath);
  await eventually('the files in the kitchen follow', async () => {
    const shown = await kitchen.files.token(MUSIC_ID);
    return shown?.['access_token'] === token;
  });
});

test('what a Python program renews by itself counts at every device', async () => {
  const before = await accessTokenAt(bath);
  const renewed = await kitchen.files.refresh(MUSIC_ID);
  expect(renewed).toBeDefined();
  const token = await eventually('the bath has it', async () => {
    const now = await accessTokenAt(bath);
    return now !== before && now;
  });
  expect(await kitchen.files.token(MUSIC_ID)).toMatchObject({ access_token: token });
  expect(await ask(bath, 'oauth.refresh')).toMatchObject({ result: 'Ok' });
});

test('a dump of the database has no token, no secret and no state in it', async () => {
  const { access_token: accessToken, refresh_token: refreshToken } =
    (await kitchen.files.token(MUSIC_ID)) ?? {};
  const { url } = await askForMusic(kitchen.skill, 'oauth.get', MUSIC_APP, 'oauth.url');
  const state = new URL(textOf({ url }, 'url')).searchParams.get('state');
  const dump = server.dump('household');
  expect(dump).toContain(MUSIC_ID);
  for (const secret of [accessToken, refreshToken, state, 'music secret']) {
    expect(typeof secret === 'string' && secret.length > 8).toBe(true);
    expect(dump).not.toContain(secret);
  }
});

test('while the database is away tokens are still handed out, and all is in step again when it is back', async () => {
  const token = await accessTokenAt(bath);
  await server.kill();
  try {
    expect(await accessTokenAt(bath)).toBe(token);
    expect(await accessTokenAt(kitchen)).toBe(token);
    expect(await ask(kitchen, 'oauth.refresh')).toMatchObject({ error_code: 'store_unavailable' });
    // A broker that starts now has the token of before as well.
    await bath.broker.stop();
    await bath.broker.start();
    expect(await accessTokenAt(bath)).toBe(token);
  } finally {
    await server.start();
  }
  await eventually('it can be renewed', async () => {
    const { result } = await ask(kitchen, 'oauth.refresh');
    return result === 'Ok';
  });
  const renewed = await accessTokenAt(kitchen);
  expect(renewed).not.toBe(token);
  await eventually('the bath is in step', async () => (await accessTokenAt(bath)) === renewed);
});
