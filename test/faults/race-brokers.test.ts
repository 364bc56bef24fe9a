import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BusClient } from '../../src/bus/index.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { opened } from '../support/bus-per-test.ts';
import { endChild } from '../support/child.ts';
import { freePort } from '../support/free-port.ts';
import {
  accessTokenIn,
  answerTo,
  type KillableDaemon,
  refOf,
  startKillableDaemon,
} from '../support/killable-daemon.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/ovos-oauth.mjs', import.meta.url));
const CALLERS = 32;

let daemon: KillableDaemon;

beforeEach(async () => {
  // Long enough for every caller to have asked before the first one is answered.
  daemon = await startKillableDaemon({ apps: ['one'], latency: () => 400 });
});

afterEach(async () => {
  await daemon.stop();
});

describe('two brokers on one folder', () => {
  test('the second refuses, even on another port; the first does not notice', async () => {
    const { home } = daemon.device;
    const { websocket } = daemon.bus.config;
    await home.writeConfig({ websocket, PHAL: { 'ovos-PHAL-plugin-oauth': { port: await freePort() } } });
    const second = spawn(process.execPath, [PROGRAM, 'serve'], {
      env: home.env,
      cwd: home.dir,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    second.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    await once(second, 'close');
    await endChild(second, 'SIGKILL');
    expect(second.exitCode).toBe(EXIT.storeLocked);
    expect(errors).toMatch(/^ovos-oauth: /);
    expect(await daemon.refresh('one')).toMatchObject({ result: 'Ok' });
  });

  test('after a SIGKILL of the first another one starts at once, with its tokens', async () => {
    const before = accessTokenIn(await daemon.refresh('one'));
    await daemon.service.kill();
    await daemon.service.start();
    expect(accessTokenIn(await daemon.token('one'))).toBe(before);
  });
});

describe(`${CALLERS} callers at the same instant`, () => {
  let callers: BusClient[];

  beforeEach(async () => {
    callers = await Promise.all(
      Array.from({ length: CALLERS }, () => opened(new BusClient({ port: daemon.bus.port }))),
    );
  });

  afterEach(async () => {
    await Promise.all(callers.map((caller) => caller.stop()));
  });

  test.each([
    // More than any has left: it must be renewed first.
    ['oauth.token.get', { ...refOf('one'), min_valid_seconds: 3_600 }],
    ['oauth.refresh', refOf('one')],
  ] as const)('of %s cause one request to the provider and get the same token', async (type, data) => {
    const seenBefore = daemon.seen.length;
    const replies = await Promise.all(
      callers.map((caller, index) =>
        answerTo(caller, type, data, { name: `caller ${index}`, replyType: `${type}.response` }),
      ),
    );
    expect(replies).toHaveLength(CALLERS);
    expect(new Set(replies.map((reply) => accessTokenIn(reply ?? {}))).size).toBe(1);
    expect(daemon.seen.slice(seenBefore)).toEqual([
      { kind: 'refreshed', connection: 'one', sender: 'broker' },
    ]);
  });
});
