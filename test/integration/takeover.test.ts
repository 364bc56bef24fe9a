import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/json.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { startBroker } from '../support/broker-process.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';
import { startPythonPlugin } from '../support/python-plugin.ts';
import { type PythonSkill, pythonSkill } from '../support/python-skill.ts';
import type { ServiceProcess } from '../support/service-process.ts';
import { textOf } from '../support/text-of.ts';
import { userAgent } from '../support/user-agent.ts';

const APP = { skill_id: 'skill-music.example', app_id: 'library' };
const ID = 'skill-music.example_library';
const BARE = { skill_id: 'skill-notes.example', app_id: 'notes' };
/** As Python writes it: a token that no app belongs to, unknown fields, numbers whose text must not change. */
const STRANGER = {
  access_token: 'a token of a skill that keeps it by itself',
  expires_at: 1766500000.123,
  account: { name: 'Grüße', ids: [1, 2] },
};

let bus: MessageBus;
let provider: AuthorizationServer;
let device: OAuthDevice;
let skill: PythonClient;
let files: PythonSkill;

beforeAll(async () => {
  bus = await startMessageBus();
  device = await createDevice(bus);
  const redirectUris = ['127.0.0.1', '0.0.0.0'].map(
    (host) => `http://${host}:${device.httpPort}/auth/callback/${ID}`,
  );
  provider = await startAuthorizationServer({
    // The Python plugin knows no PKCE.
    requirePkce: false,
    clients: [{ id: 'music', secret: 'music secret', redirectUris }],
  });
  skill = await startPythonClient({ env: device.home.env });
  files = pythonSkill(device.home.env);
});

afterAll(async () => {
  await skill?.stop();
  await provider?.close();
  await bus?.stop();
  await device?.home.remove();
});

const path = (file: string): string => join(device.home.databaseDir, file);

async function readEntries(file: string): Promise<Record<string, JsonObject>> {
  return JSON.parse(await readFile(path(file), 'utf8')) as Record<string, JsonObject>;
}

/** Adds to a file what the plugin itself would not, in the format of json_database. */
async function amend(file: string, change: (entries: Record<string, JsonObject>) => void): Promise<void> {
  const entries = await readEntries(file);
  change(entries);
  await writeFile(path(file), JSON.stringify(entries, null, 4));
  await chmod(path(file), 0o644);
}

/** Signs in at the real Python plugin, so that everything in the files was written by it. */
async function signInAtPythonPlugin(): Promise<void> {
  const endpoints = { auth_endpoint: provider.authorizationEndpoint, token_endpoint: provider.tokenEndpoint };
  const credentials = { client_id: 'music', client_secret: 'music secret' };
  const music = { ...APP, ...endpoints, ...credentials, scope: 'read' };
  await skill.waitForResponse({ type: 'oauth.register', data: music });
  await skill.waitForResponse({ type: 'oauth.register', data: { ...BARE, ...endpoints } });
  const answer = await skill.waitForResponse({ type: 'oauth.get', data: APP }, { replyType: 'oauth.url' });
  const callback = await userAgent.approve(textOf(answer?.data, 'url'));
  await (await fetch(callback)).text();
  await skill.waitFor(`oauth.token.response.${ID}`);
}

async function refresh(): Promise<JsonObject> {
  const answer = await skill.waitForResponse({ type: 'oauth.refresh', data: APP });
  expect(answer?.data['result']).toBe('Ok');
  const token = answer?.data['token'];
  if (!isJsonObject(token)) throw new Error('no token in the reply');
  return token;
}

describe('from the Python plugin to the broker and back', () => {
  let broker: ServiceProcess;
  let tokensBefore: Record<string, JsonObject>;
  let appsBefore: Record<string, JsonObject>;

  beforeAll(async () => {
    const plugin = await startPythonPlugin(device);
    await signInAtPythonPlugin();
    await plugin.stop();
    await amend('ovos_oauth.json', (tokens) => {
      tokens['skill-stranger_own'] = STRANGER;
      tokens[ID] = { ...tokens[ID], account: 'a field of the skill' };
    });
    await amend('ovos_oauth_apps.json', (apps) => {
      apps[ID] = { ...apps[ID], icon: 'a field of another tool' };
    });
    tokensBefore = await readEntries('ovos_oauth.json');
    appsBefore = await readEntries('ovos_oauth_apps.json');
    skill.forget();
    broker = await startBroker(device);
  });

  afterAll(async () => {
    await broker?.stop();
  });

  test('nothing in the files is lost when the broker starts for the first time', async () => {
    expect(await readEntries('ovos_oauth.json')).toEqual(tokensBefore);
    expect(await readEntries('ovos_oauth_apps.json')).toEqual(appsBefore);
  });

  test('oauth.start works for an app before its skill registers again', async () => {
    await skill.emit({ type: 'oauth.start', data: APP });
    const { data } = await skill.waitFor('ovos.shell.oauth.start.authentication');
    expect(data).toMatchObject({ ...APP, needs_credentials: false });
    expect(new URL(textOf(data, 'url')).searchParams.get('client_id')).toBe('music');
  });

  test('an app that had no credentials still asks for them', async () => {
    skill.forget();
    await skill.emit({ type: 'oauth.start', data: BARE });
    const { data } = await skill.waitFor('ovos.shell.oauth.start.authentication');
    expect(data).toMatchObject({ ...BARE, needs_credentials: true });
  });

  test('a token of the Python plugin is refreshed, and its unknown fields stay', async () => {
    const token = await refresh();
    expect(token['access_token']).not.toBe(tokensBefore[ID]?.['access_token']);
    expect(token['account']).toBe('a field of the skill');
    expect((await readEntries('ovos_oauth.json'))[ID]).toEqual(token);
    expect((await readEntries('ovos_oauth_apps.json'))[ID]?.['icon']).toBe('a field of another tool');
  });

  test('the tokens that everybody could read are the user’s alone once the broker has written them', async () => {
    expect((await stat(path('ovos_oauth.json'))).mode & 0o777).toBe(0o600);
  });

  test('a token of a skill that keeps its own stays as it was, to the digit', async () => {
    expect((await readEntries('ovos_oauth.json'))['skill-stranger_own']).toEqual(STRANGER);
    expect(await readFile(path('ovos_oauth.json'), 'utf8')).toContain('1766500000.123');
  });

  test('a Python skill reads the broker’s token by get_oauth_token', async () => {
    const token = await refresh();
    expect(await files.token(ID)).toEqual(token);
    expect(await files.validToken(ID)).toEqual(token);
  });

  test('a token that a Python skill refreshed by itself is not refreshed with the spent one', async () => {
    const own = await files.refresh(ID);
    const token = await refresh();
    expect(token['access_token']).not.toBe(own?.['access_token']);
    expect((await provider.counters()).revokedGrants).toBe(0);
  });

  test('after the broker is removed the Python plugin goes on with the broker’s tokens', async () => {
    const last = await refresh();
    expect(await broker.stop()).toBe(0);
    expect((await readEntries('ovos_oauth.json'))[ID]).toEqual(last);

    const plugin = await startPythonPlugin(device);
    try {
      const token = await refresh();
      expect(token['access_token']).not.toBe(last['access_token']);
      expect(await files.token(ID)).toEqual(token);
      expect((await provider.counters()).revokedGrants).toBe(0);
    } finally {
      await plugin.stop();
    }
  });

  test('and the broker, once more in its place, goes on with the plugin’s', async () => {
    const pythons = (await readEntries('ovos_oauth.json'))[ID];
    await broker.start();
    const token = await refresh();
    expect(token['access_token']).not.toBe(pythons?.['access_token']);
    expect((await provider.counters()).revokedGrants).toBe(0);
  });
});
