import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, lstat, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request as httpRequest } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { parseSettings } from '../../src/config/settings.ts';
import { ControlClient } from '../../src/control/client.ts';
import { ControlServer } from '../../src/control/server.ts';
import { likelySockets, socketPath } from '../../src/control/socket-path.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { MUNGED_ID, ScriptedDevice, TOKENS } from '../support/scripted-device.ts';

let root: string;
let runtimeDir: string;
let path: string;
let device: ScriptedDevice;
let log: ReturnType<typeof recordedLog>;
let servers: ControlServer[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'oo-control-'));
  runtimeDir = join(root, 'ovos-oauth');
  path = socketPath(runtimeDir);
  device = new ScriptedDevice();
  device.serve('provider.example', TOKENS);
  await device.broker.open();
  log = recordedLog();
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(root, { recursive: true, force: true });
});

async function start(): Promise<ControlServer> {
  const paths = { stateDir: root, cacheDir: root, runtimeDir, tempDir: root };
  const server = new ControlServer({
    runtimeDir,
    log,
    clock: systemClock,
    deps: {
      broker: device.broker,
      common: undefined,
      events: device.events,
      consoleKeys: {
        invite: async () => ({ url: 'http://192.168.1.7/console', expiresAt: 0 }),
        sessions: () => [],
        revoke: () => false,
      },
      settings: parseSettings([], paths),
      clock: systemClock,
      port: () => 36_536,
      lanHost: async () => '192.168.1.7',
      bus: { isOpen: true },
      startedAt: 0,
    },
  });
  servers.push(server);
  await server.start();
  return server;
}

const client = (): ControlClient => new ControlClient({}, [path]);

function code(name: string): unknown {
  return expect.objectContaining({ code: name });
}

/** One request as any program could make it. */
async function send(method: string, url: string, body = '{}'): Promise<{ status: number; body: string }> {
  const request = httpRequest({ socketPath: path, method, path: url });
  // What is too long is refused before all of it is read.
  request.on('error', () => {});
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response.setEncoding('utf8') as AsyncIterable<string>) text += part;
  return { status: response.statusCode ?? 0, body: text };
}

describe('the control socket', () => {
  test('answers, and is for its user alone', async () => {
    await start();
    await device.register();
    expect(await client().call('list', {})).toMatchObject({ connections: [{ munged_id: MUNGED_ID }] });
    expect((await stat(runtimeDir)).mode & 0o777).toBe(0o700);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('is gone when the broker has stopped', async () => {
    await (await start()).stop();
    await expect(lstat(path)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(client().call('list', {})).rejects.toEqual(code('daemon_not_running'));
  });

  test('takes the place of one whose broker has died', async () => {
    await mkdir(runtimeDir, { mode: 0o700 });
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await once(spawn(process.execPath, ['-e', script]), 'exit');
    expect((await lstat(path)).isSocket()).toBe(true);
    await expect(client().call('list', {})).rejects.toEqual(code('daemon_not_running'));
    await start();
    expect(await client().call('list', {})).toEqual({ connections: [] });
  });

  test('leaves one alone behind which somebody answers', async () => {
    await start();
    await start();
    expect(log.lines).toMatchObject([{ level: 'error', reason: 'EADDRINUSE' }]);
    expect(await client().call('list', {})).toEqual({ connections: [] });
  });

  test.each<[string, () => Promise<void>]>([
    ['a folder that others may look into', () => mkdir(runtimeDir).then(() => chmod(runtimeDir, 0o755))],
    [
      'a link in place of the folder',
      async () => {
        await mkdir(join(root, 'elsewhere'), { mode: 0o700 });
        await symlink(join(root, 'elsewhere'), runtimeDir);
      },
    ],
    [
      'a file in place of the socket',
      async () => {
        await mkdir(runtimeDir, { mode: 0o700 });
        await writeFile(path, '');
      },
    ],
  ])('is not made in %s; the broker goes on without', async (_case, prepare) => {
    await prepare();
    await start();
    expect(log.lines).toMatchObject([{ level: 'error', path }]);
    await expect(client().call('list', {})).rejects.toBeDefined();
  });

  test('sends nothing to a socket that is not this user’s', async () => {
    await mkdir(runtimeDir, { mode: 0o700 });
    const elsewhere = join(root, 'elsewhere.sock');
    let isAsked = false;
    const trap = createSocketServer(() => (isAsked = true)).listen(elsewhere);
    await once(trap, 'listening');
    await symlink(elsewhere, path);
    await expect(client().call('list', {})).rejects.toEqual(code('control_unsafe'));
    trap.close();
    expect(isAsked).toBe(false);
  });
});

const NOBODY = 65_534;

// Only root can become somebody else: elsewhere these would say nothing.
describe.runIf(process.getuid?.() === 0)('another user of the machine', () => {
  /** What a program of theirs gets: the status, or the error of the system. */
  async function asNobody(): Promise<string> {
    const script = `require('http').request({ socketPath: ${JSON.stringify(path)}, method: 'POST', path: '/list' }, (r) => console.log(r.statusCode)).on('error', (e) => console.log(e.code)).end('{}')`;
    const child = spawn(process.execPath, ['-e', script], { uid: NOBODY, gid: NOBODY, cwd: '/' });
    let output = '';
    child.stdout.on('data', (part: Buffer) => (output += part.toString()));
    await once(child, 'close');
    return output.trim();
  }

  test('does not reach it', async () => {
    await start();
    await chmod(root, 0o755);
    expect(await asNobody()).toBe('EACCES');
  });

  test('is turned away even where somebody has opened folder and socket', async () => {
    await start();
    await chmod(root, 0o755);
    await chmod(runtimeDir, 0o777);
    await chmod(path, 0o777);
    expect(await asNobody()).toBe('403');
    expect(log.lines).toMatchObject([{ level: 'warn' }]);
    expect(await client().call('list', {})).toEqual({ connections: [] });
  });

  test('cannot lay one out for this user in a folder that everybody may write', async () => {
    await chmod(root, 0o1777);
    await mkdir(runtimeDir, { mode: 0o700 });
    await chown(runtimeDir, NOBODY, NOBODY);
    await start();
    expect(log.lines).toMatchObject([{ level: 'error', reason: 'not private' }]);
    const trap = createServer((_request, response) => response.end('{"connections":[]}')).listen(path);
    await once(trap, 'listening');
    await expect(client().call('list', {})).rejects.toEqual(code('control_unsafe'));
    trap.close();
  });
});

describe('a request', () => {
  beforeEach(() => start());

  test.each([
    ['GET', '/list', '', 'method_not_allowed'],
    ['POST', '/', '{}', 'not_found'],
    ['POST', '/../list', '{}', 'not_found'],
    ['POST', '/constructor', '{}', 'not_found'],
    ['POST', '/list', '', 'invalid_request'],
    ['POST', '/list', '[]', 'invalid_request'],
    ['POST', '/list', '{"more":1}', 'invalid_request'],
    ['POST', '/token', '{"app":[]}', 'invalid_request'],
    ['POST', '/token', '{"app":["planted-secret"]}', 'unknown_app'],
    ['POST', '/token', JSON.stringify({ app: ['x'.repeat(300_000)] }), 'request_too_large'],
  ])('that is not right is refused by a code: %s %s (%#)', async (method, url, body, expected) => {
    const answer = await send(method, url, body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error_code: expected });
  });

  test('that is wrong is answered by the field and never by what was in it', async () => {
    const wrong = { app: ['a'], client_id: 'id', client_secret: { planted: 'planted-secret' } };
    const answer = await send('POST', '/credentials.set', JSON.stringify(wrong));
    expect(JSON.parse(answer.body)).toEqual({
      error_code: 'invalid_request',
      details: { field: 'client_secret' },
    });
    expect(JSON.stringify(log.lines)).not.toContain('planted');
  });

  test('that the broker does not know, or answers in a way of its own, is explained by the version', async () => {
    const other = join(root, 'other.sock');
    const answers = ['{"error_code":"not_found","details":{}}', '{"error_code":"from_the_future"}', '[]'];
    const old = createServer((_request, response) => response.end(answers.shift())).listen(other);
    await once(old, 'listening');
    const outdated = new ControlClient({}, [other]);
    for (let count = answers.length; count > 0; count -= 1) {
      await expect(outdated.call('list', {})).rejects.toEqual(code('daemon_outdated'));
    }
    old.close();
  });
});

describe('a stream', () => {
  test('goes on until whoever follows it goes, and is followed by any number', async () => {
    await start();
    const kinds: string[] = [];
    const followed = (async () => {
      for await (const event of client().stream('logs', { follow: true })) {
        kinds.push(event.kind);
        if (event.kind === 'sign_in_started') return;
      }
    })();
    const other = client().stream('logs', { follow: true })[Symbol.asyncIterator]();
    await device.register();
    expect((await other.next()).value).toMatchObject({ kind: 'registered' });
    await other.return(undefined);
    await device.broker.signIn.start({ skillId: 'skill', appId: 'app' }, { method: 'loopback' });
    await followed;
    expect(kinds).toEqual(['registered', 'sign_in_started']);
  });

  test('is told when the broker stops, which does not wait for it', async () => {
    const server = await start();
    await device.register();
    const events = client().stream('logs', { follow: true });
    expect((await events.next()).value).toMatchObject({ kind: 'registered' });
    const end = events.next();
    await server.stop();
    await expect(end).rejects.toEqual(code('shutting_down'));
  });

  test('that began a sign-in cancels it when whoever asked goes away', async () => {
    await start();
    await device.register();
    const sitting = client().stream('connect', { app: ['app'] });
    expect((await sitting.next()).value).toMatchObject({ event: 'started', munged_id: MUNGED_ID });
    expect(await device.broker.signIn.waiting()).toHaveLength(2);
    await sitting.return(undefined);
    await expect.poll(() => device.broker.signIn.waiting()).toEqual([]);
    expect(device.failures).toEqual(['attempt_cancelled', 'attempt_cancelled']);
  });
});

test('the socket is looked for where a service of this user or of the system has it', () => {
  const found = likelySockets({ XDG_RUNTIME_DIR: root, TMPDIR: root }, 1_000);
  expect(found).toEqual([
    join(root, 'ovos-oauth/control.sock'),
    '/run/user/1000/ovos-oauth/control.sock',
    '/run/ovos-oauth/control.sock',
  ]);
});
