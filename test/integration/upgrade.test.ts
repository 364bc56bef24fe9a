import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/json.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { startBroker } from '../support/broker-process.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';
import { startPythonPlugin } from '../support/python-plugin.ts';
import { pythonSkill } from '../support/python-skill.ts';
import type { ServiceProcess } from '../support/service-process.ts';
import { globalProgram, installGlobally, packTarball, removeGlobally } from '../support/tarball.ts';
import { textOf } from '../support/text-of.ts';
import { userAgent } from '../support/user-agent.ts';

// docs/upgrade.md, step by step, with the packed tarball and the real Python plugin: the same mycroft.conf, the same
// port, the same files. The provider takes the second use of a refresh token for theft.

const APP = { skill_id: 'skill-music.example', app_id: 'library' };
const ID = 'skill-music.example_library';
const FILES = ['ovos_oauth.json', 'ovos_oauth_apps.json'];

let bus: MessageBus;
let provider: AuthorizationServer;
let device: OAuthDevice;
let skill: PythonClient;
let folder: string;
let prefix: string;
let service: ServiceProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oo-upgrade-'));
  prefix = join(folder, 'global');
  await mkdir(prefix);
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
});
afterAll(async () => {
  await service?.stop();
  await skill?.stop();
  await provider?.close();
  await bus?.stop();
  await device?.home.remove();
  await rm(folder, { recursive: true, force: true });
});

function readFiles(): Promise<string[]> {
  return Promise.all(FILES.map((file) => readFile(join(device.home.databaseDir, file), 'utf8')));
}

async function tokenInFile(): Promise<string> {
  const [tokens = ''] = await readFiles();
  return textOf((JSON.parse(tokens) as Record<string, JsonObject>)[ID], 'access_token');
}

async function refresh(): Promise<string> {
  const answer = await skill.waitForResponse({ type: 'oauth.refresh', data: APP });
  const token = answer?.data['token'];
  if (!isJsonObject(token)) throw new Error('no token in the reply');
  return textOf(token, 'access_token');
}

describe.sequential('from the Python plugin to the package and back', () => {
  it('begins with a sign-in at the Python plugin', async () => {
    service = await startPythonPlugin(device);
    const endpoints = {
      auth_endpoint: provider.authorizationEndpoint,
      token_endpoint: provider.tokenEndpoint,
    };
    const credentials = { client_id: 'music', client_secret: 'music secret' };
    const data = { ...APP, ...endpoints, ...credentials, scope: 'read' };
    await skill.waitForResponse({ type: 'oauth.register', data });
    const answer = await skill.waitForResponse({ type: 'oauth.get', data: APP }, { replyType: 'oauth.url' });
    await (await fetch(await userAgent.approve(textOf(answer?.data, 'url')))).text();
    await skill.waitFor(`oauth.token.response.${ID}`);
    await service.stop();
    skill.forget();
    expect(await tokenInFile()).not.toBe('');
  });

  it('installs from the tarball, and serves the plugin’s token under the plugin’s port', async () => {
    const before = await tokenInFile();
    await installGlobally(await packTarball(folder), prefix);
    service = await startBroker(device, globalProgram(prefix));
    const answer = await skill.waitForResponse({ type: 'oauth.token.get', data: APP });
    expect(answer?.data).toMatchObject({ status: 'ok', access_token: before });
  });

  it('renews it where the Python skills read it', async () => {
    const token = await refresh();
    expect(await tokenInFile()).toBe(token);
    expect(await pythonSkill(device.home.env).validToken(ID)).toMatchObject({ access_token: token });
  });

  it('is removed by npm and leaves both files as they were, to the byte', async () => {
    await service?.stop();
    const before = await readFiles();
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [globalProgram(prefix), 'service', 'remove', '--user'],
      { env: device.home.env },
    );
    expect(stdout).toContain('nothing to remove');
    await removeGlobally(prefix);
    expect(await readdir(join(prefix, 'bin'))).toEqual([]);
    expect(await readFiles()).toEqual(before);
  });

  it('ends with the Python plugin, which goes on renewing', async () => {
    const before = await tokenInFile();
    service = await startPythonPlugin(device);
    const token = await refresh();
    expect(token).not.toBe(before);
    expect(await tokenInFile()).toBe(token);
    expect((await provider.counters()).revokedGrants).toBe(0);
  });
});
