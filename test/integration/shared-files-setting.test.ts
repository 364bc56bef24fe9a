import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { startBroker } from '../support/broker-process.ts';
import { eventually } from '../support/eventually.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { askForMusic, MUSIC_ID, musicClient, signInToMusic } from '../support/music-app.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';
import { type PythonSkill, pythonSkill } from '../support/python-skill.ts';
import type { ServiceProcess } from '../support/service-process.ts';

// The setting `shared_files` of the released program, as programs with the real ovos_utils.oauth see it.

let bus: MessageBus;
let device: OAuthDevice;
let broker: ServiceProcess;
let provider: AuthorizationServer;
let skill: PythonClient;
let files: PythonSkill;

beforeAll(async () => {
  bus = await startMessageBus();
  device = await createDevice(bus, { settings: { shared_files: 'access_only' } });
  provider = await startAuthorizationServer({
    clients: [musicClient(device.httpPort)],
  });
  skill = await startPythonClient({ env: bus.env });
  files = pythonSkill(device.home.env);
  broker = await startBroker(device);
  await signInToMusic(skill, provider);
});

afterAll(async () => {
  await broker?.stop();
  await skill?.stop();
  await provider?.close();
  await bus?.stop();
  await device?.home.remove();
});

const ask = (type: string, data?: object): Promise<JsonObject> => askForMusic(skill, type, data);

function text(file: string): Promise<string> {
  return readFile(join(device.home.databaseDir, file), 'utf8');
}

async function restartWith(sharedFiles: string): Promise<void> {
  await broker.stop();
  const settings = { port: device.httpPort, shared_files: sharedFiles };
  await device.home.writeConfig({ ...bus.config, PHAL: { 'ovos-PHAL-plugin-oauth': settings } });
  await broker.start();
}

test('access_only: a Python skill gets the access token and can renew nothing, the broker can', async () => {
  const { access_token: first } = await ask('oauth.token.get');
  expect(await files.validToken(MUSIC_ID)).toMatchObject({ access_token: first });
  expect(await files.token(MUSIC_ID)).not.toHaveProperty('refresh_token');
  expect(await text('ovos_oauth_apps.json')).not.toContain('music secret');

  const { tokenRequests } = await provider.counters();
  expect(await files.refresh(MUSIC_ID)).toBeUndefined();
  expect((await provider.counters()).tokenRequests).toBe(tokenRequests);

  expect(await ask('oauth.refresh')).toMatchObject({ result: 'Ok' });
  const { access_token: second } = await ask('oauth.token.get');
  expect(second).not.toBe(first);
  expect(await files.validToken(MUSIC_ID)).toMatchObject({ access_token: second });
});

test('access_only: a token that a Python skill stores is taken in, and its refresh token moves out of the file', async () => {
  const own = { access_token: 'own access', refresh_token: 'own refresh', expires_at: 4_000_000_000.5 };
  await files.store('skill-own.example_app', own);
  await eventually('the refresh token is gone', async () => {
    return !(await text('ovos_oauth.json')).includes('own refresh');
  });
  expect(await files.token('skill-own.example_app')).toEqual({
    access_token: 'own access',
    expires_at: 4_000_000_000.5,
  });
});

test('off, access_only and full can be set in turn: the files follow, the sign-ins stay', async () => {
  await restartWith('off');
  expect(await files.token(MUSIC_ID)).toBeUndefined();
  expect(JSON.parse(await text('ovos_oauth.json'))).toEqual({});
  expect(JSON.parse(await text('ovos_oauth_apps.json'))).toEqual({});
  expect(await ask('oauth.refresh')).toMatchObject({ result: 'Ok' });
  expect(JSON.parse(await text('ovos_oauth.json'))).toEqual({});

  await restartWith('full');
  expect(Object.keys((await files.token(MUSIC_ID)) ?? {})).toContain('refresh_token');
  expect(await files.token('skill-own.example_app')).toMatchObject({ refresh_token: 'own refresh' });
  expect(await text('ovos_oauth_apps.json')).toContain('music secret');
  expect(await ask('oauth.refresh')).toMatchObject({ result: 'Ok' });

  await restartWith('access_only');
  expect(await files.token(MUSIC_ID)).not.toHaveProperty('refresh_token');
  expect(await ask('oauth.refresh')).toMatchObject({ result: 'Ok' });
  expect((await provider.counters()).revokedGrants).toBe(0);
});
