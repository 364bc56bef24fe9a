import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BusClient } from '../../src/bus/index.ts';
import type { JsonObject } from '../../src/json.ts';
import { AccessTokenError, getAccessToken } from '../../src/skill/index.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { startBroker } from '../support/broker-process.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';
import { venvPython } from '../support/python-venv.ts';
import type { ServiceProcess } from '../support/service-process.ts';
import { textOf } from '../support/text-of.ts';
import { TokenEndpoint } from '../support/token-endpoint.ts';
import { userAgent } from '../support/user-agent.ts';

// docs/skills.md as an author of skills uses it: what is on the page is run, on the real bus and broker.

const SKILL = 'skill-music.example';
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

let bus: MessageBus;
let device: OAuthDevice;
let broker: ServiceProcess;
let provider: AuthorizationServer;
let skill: PythonClient;
let client: BusClient;
let page: string;
let folder: string;

beforeAll(async () => {
  page = await readFile(join(REPOSITORY, 'docs/skills.md'), 'utf8');
  bus = await startMessageBus();
  device = await createDevice(bus);
  skill = await startPythonClient({ env: bus.env });
  provider = await startAuthorizationServer();
  broker = await startBroker(device);
  client = new BusClient({ port: bus.port });
  client.start();
  // Inside the repository, so that 'ovos-oauth/skill' is found as in a program that depends on it.
  folder = join(REPOSITORY, '.cache', 'test-scripts', `skills-${process.pid}`);
  await mkdir(join(folder, 'music'), { recursive: true });
  for (const app of ['library', 'other', 'nobody']) await register(app);
  for (const app of ['library', 'other']) await signIn(app);
});

afterAll(async () => {
  await client?.stop();
  await broker?.stop();
  await skill?.stop();
  await provider?.close();
  await bus?.stop();
  await device?.home.remove();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function register(app: string): Promise<void> {
  const redirectUri = `http://127.0.0.1:${device.httpPort}/auth/callback/${SKILL}_${app}`;
  await provider.addClient({ id: app, secret: 'secret', redirectUris: [redirectUri] });
  const data = {
    skill_id: SKILL,
    app_id: app,
    auth_endpoint: provider.authorizationEndpoint,
    token_endpoint: provider.tokenEndpoint,
    client_id: app,
    client_secret: 'secret',
    scope: 'read',
  };
  await skill.waitForResponse({ type: 'oauth.register', data });
}

async function signIn(app: string): Promise<void> {
  const data = { skill_id: SKILL, app_id: app };
  const answer = await skill.waitForResponse({ type: 'oauth.get', data }, { replyType: 'oauth.url' });
  await (await fetch(await userAgent.approve(textOf(answer?.data, 'url')))).text();
  await skill.waitFor(`oauth.token.response.${SKILL}_${app}`);
}

async function tokenInFile(app: string): Promise<string> {
  const text = await readFile(join(device.home.databaseDir, 'ovos_oauth.json'), 'utf8');
  const entries = JSON.parse(text) as Record<string, JsonObject>;
  return textOf(entries[`${SKILL}_${app}`], 'access_token');
}

/** The blocks of one language on the page, in order. */
function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, code = '']) => code,
  );
}

/** Runs the code of a page as the body of a method of a skill. */
async function runInPythonSkill(code: string, appId: string): Promise<string> {
  const [, , file] = blocks('python');
  await writeFile(join(folder, 'music', 'access_token.py'), file ?? '');
  const lines = code.replaceAll('"library"', JSON.stringify(appId)).split('\n');
  const imports = lines.filter((line) => /^(?:from|import) /.test(line));
  const body = lines.filter((line) => !imports.includes(line)).map((line) => `        ${line}`);
  await writeFile(
    join(folder, 'music', '__init__.py'),
    `import requests
from ovos_bus_client import MessageBusClient
from .access_token import AccessTokenError, get_access_token
${imports.join('\n')}


class Skill:
    skill_id = ${JSON.stringify(SKILL)}

    def __init__(self):
        self.bus = MessageBusClient(port=${bus.port})
        self.bus.run_in_thread()
        self.bus.connected_event.wait(10)

    def speak(self, sentence):
        print("spoken:", sentence)

    def run(self):
${body.join('\n')}
        print("done")
`,
  );
  const { stdout } = await promisify(execFile)(
    venvPython(),
    ['-c', 'import os, music; music.Skill().run(); os._exit(0)'],
    { env: { ...bus.env, PYTHONPATH: folder }, timeout: 60_000 },
  );
  return stdout;
}

/** Runs the TypeScript of the page with the released library. */
async function runExample(api: string, code = blocks('ts')[0] ?? ''): Promise<string> {
  const file = join(folder, 'example.mjs');
  await writeFile(file, (await transform(code, { loader: 'ts', format: 'esm' })).code);
  const { stdout } = await promisify(execFile)(process.execPath, [file], {
    env: { ...bus.env, OVOS_BUS_PORT: String(bus.port), EXAMPLE_API: api },
    timeout: 60_000,
  });
  return stdout;
}

async function errorOf(asked: Promise<unknown>): Promise<AccessTokenError> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof AccessTokenError) return error;
    throw error;
  }
  throw new Error('There is a token.');
}

describe('the page for authors of skills', () => {
  test('has the examples as they are in the repository', async () => {
    const example = await readFile(join(REPOSITORY, 'examples/skill.ts'), 'utf8');
    const asPackage = example
      .replace('../src/bus/index.ts', 'ovos-oauth/bus')
      .replace('../src/skill/index.ts', 'ovos-oauth/skill');
    expect(blocks('ts')).toEqual([asPackage]);
    expect(blocks('python')[2]).toBe(await readFile(join(REPOSITORY, 'examples/access_token.py'), 'utf8'));
  });

  test('in Python: a skill that registers its app when it loads, and again for a new broker', async () => {
    const [code = ''] = blocks('python');
    const imports = code.split('\n').filter((line) => line.startsWith('from '));
    const methods = code.split('\n').filter((line) => !imports.includes(line));
    const script = `import os
import time
${imports.join('\n')}
from ovos_bus_client import MessageBusClient


class Skill:
    skill_id = "skill-registering.example"

    def __init__(self):
        self.bus = MessageBusClient(port=${bus.port})
        self.bus.run_in_thread()
        self.bus.connected_event.wait(10)

    def add_event(self, name, handler):
        self.bus.on(name, handler)

${methods.map((line) => `    ${line}`).join('\n')}


skill = Skill()
for request in [skill.initialize, lambda: skill.bus.emit(Message("oauth.ping"))]:
    answer = []
    skill.bus.once("oauth.register.response", answer.append)
    request()
    while not answer:
        time.sleep(0.01)
    print(answer[0].data["munged_id"], answer[0].data.get("error"))
os._exit(0)
`;
    const run = promisify(execFile)(venvPython(), ['-c', script], { env: bus.env, timeout: 60_000 });
    const registered = 'skill-registering.example_library None\n';
    expect((await run).stdout).toBe(registered + registered);
  });

  test('in Python: three lines that call the provider with the token', async () => {
    const api = await TokenEndpoint.start(() => ({ body: {} }));
    const [, code = ''] = blocks('python');
    await runInPythonSkill(code.replace('https://api.example/me', api.origin), 'library');
    expect(api.seen.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${await tokenInFile('library')}`,
    ]);
  });

  test('in Python: what is said where nobody has signed in', async () => {
    const code = blocks('python')[3] ?? '';
    const output = await runInPythonSkill(code, 'nobody');
    expect(output).toContain(`spoken: The app ${SKILL}_nobody is not signed in.`);
  });

  test('in TypeScript: a call of the provider with the token', async () => {
    const api = await TokenEndpoint.start(() => ({ body: {} }));
    expect(await runExample(api.origin)).toBe('the provider says 200\n');
    expect(api.seen[0]?.headers.authorization).toBe(`Bearer ${await tokenInFile('library')}`);
    const failing = await runExample(api.origin, blocks('ts')[0]?.replace("'library'", "'nobody'"));
    expect(failing).toBe(`needs_user: The app ${SKILL}_nobody is not signed in. Sign in first.\n`);
  });
});

describe('getAccessToken', () => {
  test('gives the token, its type, its end in milliseconds and its scope', async () => {
    const token = await getAccessToken(client, { skillId: SKILL, appId: 'library' });
    expect(token).toMatchObject({
      accessToken: await tokenInFile('library'),
      tokenType: 'Bearer',
      scope: 'read',
    });
    expect(Math.abs((token.expiresAt ?? 0) - Date.now() - 3_600_000)).toBeLessThan(600_000);
  });

  test('gives each of many callers at once the token of the app that it asked for', async () => {
    const apps = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 'library' : 'other'));
    const tokens = await Promise.all(apps.map((appId) => getAccessToken(client, { skillId: SKILL, appId })));
    const expected = new Map(
      await Promise.all(['library', 'other'].map(async (app) => [app, await tokenInFile(app)] as const)),
    );
    expect(tokens.map(({ accessToken }) => accessToken)).toEqual(apps.map((app) => expected.get(app)));
  });

  test('gives one that lasts as long as is asked for, renewed first if need be', async () => {
    const before = await tokenInFile('other');
    const wish = { skillId: SKILL, appId: 'other', minValidSeconds: 3_599.9 };
    const { accessToken } = await getAccessToken(client, wish);
    expect(accessToken).not.toBe(before);
    expect(accessToken).toBe(await tokenInFile('other'));
  });

  test.each([
    ['nobody', {}, 'needs_user', 'not_connected'],
    ['unknown', {}, 'unknown_app', 'unknown_app'],
    ['', {}, 'invalid_request', 'invalid_request'],
    ['library', { scope: 'read write' }, 'needs_user', 'insufficient_scope'],
  ])('for the app "%s" and %j says %s', async (appId, wish, code, reason) => {
    const error = await errorOf(getAccessToken(client, { skillId: SKILL, appId, ...wish }));
    expect(error).toMatchObject({ code, reason });
    expect(error.message).toMatch(/^[A-Z].+\.$/);
  });

  test('says when to try again, and that nobody answered; a newer code than it knows is transient', async () => {
    await broker.stop();
    const ids = { skillId: SKILL, appId: 'library' };
    const silence = await errorOf(getAccessToken(client, { ...ids, timeout: 300 }));
    expect(silence).toMatchObject({ code: 'transient', reason: 'no_answer' });

    const failure = { status: 'error', error: 'Busy.', error_code: 'brand_new', reason: 'x', retry_after: 7 };
    await skill.answer('oauth.token.get', failure);
    const busy = await errorOf(getAccessToken(client, ids));
    expect(busy).toMatchObject({ code: 'transient', message: 'Busy.', reason: 'x', retryAfter: 7 });
  });
});
