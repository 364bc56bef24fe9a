import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/json.ts';
import { endChild } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { type RunningProgram, runProgram } from '../support/program.ts';
import { startPythonClient } from '../support/python-client.ts';
import { textOf } from '../support/text-of.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/ovos-oauth.mjs', import.meta.url));
const IDS = { skill_id: 'skill-music.example', app_id: 'library' };
const MUNGED_ID = 'skill-music.example_library';

let bus: MessageBus;
beforeAll(async () => {
  bus = await startMessageBus();
});
afterAll(() => bus.stop());

async function newDevice(): Promise<OAuthDevice> {
  const device = await createDevice(bus);
  onTestFinished(() => device.home.remove());
  return device;
}

function run({ home }: OAuthDevice, ...args: readonly string[]): RunningProgram {
  const program = runProgram('ovos-oauth.mjs', args, { env: home.env, cwd: home.dir });
  onTestFinished(() => program.kill());
  return program;
}

function linesOf(output: string): readonly JsonObject[] {
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
    .filter(isJsonObject);
}

test('the name that the page of a failed sign-in shows finds it in the log, in messages and in `ovos-oauth logs`', async () => {
  const device = await newDevice();
  const broker = run(device, 'serve', '--log-json');
  await broker.untilItSays('Connected to the message bus');
  const skill = await startPythonClient({ env: device.home.env });
  onTestFinished(() => skill.stop());
  const registration = {
    client_id: 'client',
    client_secret: 'secret',
    auth_endpoint: 'http://127.0.0.3:1/authorize',
    token_endpoint: 'http://127.0.0.3:1/token',
  };
  await skill.waitForResponse({ type: 'oauth.register', data: { ...IDS, ...registration } });
  const asked = await skill.waitForResponse({ type: 'oauth.get', data: IDS }, { replyType: 'oauth.url' });
  const name = textOf(asked?.data ?? {}, 'attempt_id');
  const state = new URL(textOf(asked?.data ?? {}, 'url')).searchParams.get('state') ?? '';

  const query = new URLSearchParams({ error: 'access_denied', state });
  const page = await fetch(
    `http://127.0.0.1:${device.httpPort}/auth/callback/${MUNGED_ID}?${query.toString()}`,
  );
  expect(await page.text()).toContain(`<code>${name}</code>`);

  const common = { mungedId: MUNGED_ID, attempt: name, method: 'loopback' };
  const lines = await eventually('the end is in the log', () => {
    const found = linesOf(broker.stdout()).filter(({ attempt }) => attempt === name);
    return found.length > 1 ? found : undefined;
  });
  expect(lines).toMatchObject([
    { level: 'info', msg: 'A sign-in has started.', ...common },
    { level: 'info', msg: 'A sign-in has ended without a token.', ...common, code: 'access_denied' },
  ]);

  const logs = run(device, 'logs', '--json');
  await logs.exit;
  expect(linesOf(logs.stdout()).filter(({ attempt_id: attempt }) => attempt === name)).toMatchObject([
    { kind: 'sign_in_started' },
    { kind: 'sign_in_failed', code: 'access_denied' },
  ]);
});

test('an operator reads when the bus is lost and when it is back', async () => {
  const own = await startMessageBus();
  onTestFinished(() => own.stop());
  const device = await createDevice(own);
  onTestFinished(() => device.home.remove());
  const broker = run(device, 'serve');
  await broker.untilItSays('info   Connected to the message bus.');
  await own.kill();
  await broker.untilItSays('warn   No connection to the message bus');
  await own.start();
  await eventually(
    'it is back',
    () => broker.stdout().split('info   Connected to the message bus.').length === 3,
  );
  expect(broker.stdout()).not.toContain('\u001B');
});

test('a log that goes to the journal has the priority of each line', async () => {
  const device = await newDevice();
  const dir = await mkdtemp(join(tmpdir(), 'oo-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const output = await open(join(dir, 'journal'), 'w+');
  onTestFinished(() => output.close());
  const { dev, ino } = await output.stat({ bigint: true });
  const { env, dir: cwd } = device.home;
  const child = spawn(process.execPath, [PROGRAM, 'serve'], {
    env: { ...env, JOURNAL_STREAM: `${dev}:${ino}` },
    cwd,
    stdio: ['ignore', output.fd, 'ignore'],
  });
  onTestFinished(() => endChild(child));
  const text = await eventually('it is ready', async () => {
    const written = await readFile(join(dir, 'journal'), 'utf8');
    return written.includes('Ready') ? written : undefined;
  });
  expect(text).toMatch(/^(<6>info .*\n)+$/);
});
