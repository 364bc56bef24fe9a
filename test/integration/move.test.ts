import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { startBroker } from '../support/broker-process.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { runProgram } from '../support/program.ts';
import { askForMusic, MUSIC_ID, musicClient, signInToMusic } from '../support/music-app.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';
import { supportScript, venvPython } from '../support/python-venv.ts';
import type { ServiceProcess } from '../support/service-process.ts';

// Two devices, one after the other on the same bus, at a provider that rotates refresh tokens and counts reuse.

const PASSPHRASE = 'correct horse battery staple';
const PROGRAM = fileURLToPath(new URL('../../dist/ovos-oauth.mjs', import.meta.url));

let bus: MessageBus;
let provider: AuthorizationServer;
let skill: PythonClient;
let old: OAuthDevice;
let next: OAuthDevice;
let brokers: ServiceProcess[];
let archive: string;

beforeAll(async () => {
  bus = await startMessageBus();
  provider = await startAuthorizationServer();
  skill = await startPythonClient({ env: bus.env });
});

afterAll(async () => {
  await skill?.stop();
  await provider?.close();
  await bus?.stop();
});

beforeEach(async () => {
  brokers = [];
  skill.forget();
  [old, next] = await Promise.all([createDevice(bus), createDevice(bus)]);
  archive = join(old.home.dir, 'archive');
  await provider.addClient(musicClient(old.httpPort, next.httpPort));
});

afterEach(async () => {
  await Promise.all(brokers.map((broker) => broker.kill()));
  await Promise.all([old.home.remove(), next.home.remove()]);
});

const ask = (type: string, data?: object): Promise<JsonObject> => askForMusic(skill, type, data);

/** Runs `work` while the device's broker runs. */
async function whileRunning(device: OAuthDevice, work: () => Promise<void>): Promise<void> {
  const broker = await startBroker(device);
  brokers.push(broker);
  await work();
  expect(await broker.stop()).toBe(0);
}

const signIn = (): Promise<void> => signInToMusic(skill, provider);

async function run(device: OAuthDevice, args: readonly string[], input = `${PASSPHRASE}\n`) {
  const program = runProgram('ovos-oauth.mjs', args, { env: device.home.env, cwd: device.home.dir, input });
  const exit = await program.exit;
  return { exit, stdout: program.stdout(), stderr: program.stderr() };
}

/** Like {@link run}, in a terminal and with somebody who types. */
function runInTerminal(
  device: OAuthDevice,
  args: readonly string[],
  answers: ReadonlyArray<[string, string]>,
) {
  const command = [
    supportScript('python/terminal.py'),
    JSON.stringify(answers),
    process.execPath,
    PROGRAM,
    ...args,
  ];
  return new Promise<{ exit: number | string | null | undefined; screen: string }>((resolve) => {
    execFile(
      venvPython(),
      command,
      { env: device.home.env, cwd: device.home.dir, timeout: 30_000 },
      (error, screen) => resolve({ exit: error === null ? 0 : error.code, screen }),
    );
  });
}

function expectOneSentence(text: string): void {
  expect(text).toMatch(/^ovos-oauth: [A-Z][^\n]+\n$/);
  expect(text).not.toMatch(/\bat .+:\d+:\d+|Error/);
}

describe('a move to another device', () => {
  test('lets the new device go on, and the old one sends no request any longer', async () => {
    await whileRunning(old, signIn);
    const exported = await run(old, ['export', archive]);
    expect(exported).toMatchObject({ exit: 0, stderr: '' });
    expect(exported.stdout).toContain(`Wrote 1 app and 1 sign-in to ${archive}`);
    expect((await stat(archive)).mode & 0o777).toBe(0o600);
    const sealed = await readFile(archive, 'latin1');
    for (const secret of ['music', 'token', PASSPHRASE]) expect(sealed).not.toContain(secret);

    const before = await provider.counters();
    await whileRunning(old, async () => {
      expect(await ask('oauth.token.get')).toMatchObject({
        status: 'error',
        error_code: 'needs_user',
        reason: 'moved',
        error: `The sign-in of ${MUSIC_ID} was moved to another device.`,
      });
      expect(await ask('oauth.refresh')).toMatchObject({ error_code: expect.any(String) as string });
      expect(await ask('oauth.status')).toMatchObject({ state: 'disconnected', reason: 'moved' });
    });
    expect((await provider.counters()).tokenRequests).toBe(before.tokenRequests);
    expect(await readFile(join(old.home.databaseDir, 'ovos_oauth.json'), 'utf8')).toBe('{}');

    const imported = await run(next, ['import', archive]);
    expect(imported).toMatchObject({ exit: 0, stderr: '' });
    expect(imported.stdout).toContain('Imported 1 app and 1 sign-in');
    await whileRunning(next, async () => {
      expect(await ask('oauth.token.get')).toMatchObject({ status: 'ok' });
      expect(await ask('oauth.refresh')).toMatchObject({ result: 'Ok' });
      expect(await ask('oauth.refresh')).toMatchObject({ result: 'Ok' });
    });
    const after = await provider.counters();
    expect(after.refreshes).toBe(before.refreshes + 2);
    expect(after.revokedGrants).toBe(before.revokedGrants);
  });

  test('that is called off comes back to the old device from the same archive', async () => {
    await whileRunning(old, signIn);
    await run(old, ['export', archive]);
    expect(await run(old, ['import', archive])).toMatchObject({ exit: 0 });
    await whileRunning(old, async () => {
      expect(await ask('oauth.refresh')).toMatchObject({ result: 'Ok' });
    });
  });

  test('by --copy leaves the old device as it is, and warns', async () => {
    await whileRunning(old, signIn);
    const exported = await run(old, ['export', '--copy', archive]);
    expect(exported.exit).toBe(0);
    expect(exported.stderr).toContain('Do not use them on a second device');
    await whileRunning(old, async () => {
      expect(await ask('oauth.token.get')).toMatchObject({ status: 'ok' });
    });
    expect((await run(next, ['import', archive])).stderr).toContain('copy');
  });

  test('waits for the broker to be stopped', async () => {
    await whileRunning(old, async () => {
      for (const args of [
        ['export', archive],
        ['import', archive],
      ]) {
        const refused = await run(old, args);
        expect(refused.exit).toBe(5);
        expectOneSentence(refused.stderr);
      }
    });
    await expect(stat(archive)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('an archive', () => {
  beforeEach(async () => {
    await whileRunning(old, signIn);
    await run(old, ['export', archive]);
  });

  test('does not open with another passphrase, damaged or missing, and nothing is imported then', async () => {
    const damaged = `${archive}.damaged`;
    const bytes = await readFile(archive);
    bytes.writeUInt8(bytes.readUInt8(300) ^ 1, 300);
    await writeFile(damaged, bytes);
    const cases = [
      [archive, 'another passphrase\n', 'passphrase'],
      [archive, '', 'passphrase'],
      [damaged, `${PASSPHRASE}\n`, 'damaged'],
      [`${archive}.missing`, `${PASSPHRASE}\n`, 'cannot be read'],
      [old.home.dir, `${PASSPHRASE}\n`, 'cannot be read'],
    ] as const;
    for (const [path, input, words] of cases) {
      const refused = await run(next, ['import', path], input);
      expect(refused.exit).toBe(7);
      expectOneSentence(refused.stderr);
      expect(refused.stderr).toContain(words);
    }
    await whileRunning(next, async () => {
      expect(await ask('oauth.list', {})).toMatchObject({ connections: [] });
    });
  });

  test('is never written over', async () => {
    const refused = await run(old, ['export', archive]);
    expect(refused.exit).toBe(7);
    expectOneSentence(refused.stderr);
  });

  test('replaces nothing newer, and nothing at all unless somebody said yes', async () => {
    // An older sign-in on the new device, whose clock is behind.
    await whileRunning(next, signIn);
    const newer = await run(next, ['import', archive]);
    expect(newer).toMatchObject({ exit: 0 });
    expect(newer.stdout).toContain(`Kept what this device has and is as new: ${MUSIC_ID}`);

    await run(old, ['import', archive]);
    await whileRunning(old, signIn);
    const second = `${archive}.second`;
    await run(old, ['export', second]);
    const refused = await run(next, ['import', second]);
    expect(refused.exit).toBe(1);
    expectOneSentence(refused.stderr);
    expect(refused.stderr).toContain(MUSIC_ID);
    expect(refused.stderr).toContain('--yes');
    const asked = await runInTerminal(
      next,
      ['import', second],
      [
        [`Passphrase of ${second}: `, PASSPHRASE],
        ['[y/N] ', ''],
      ],
    );
    expect(asked.exit).toBe(1);
    expect(asked.screen).toContain('Nothing was changed.');
    const imported = await run(next, ['import', '--yes', second]);
    expect(imported.stdout).toContain('Imported 1 app and 1 sign-in');
  });
});

describe('a passphrase', () => {
  const first: [string, string] = ['Passphrase for the archive: ', PASSPHRASE];

  test('is typed twice and not shown', async () => {
    const { exit, screen } = await runInTerminal(
      old,
      ['export', archive],
      [first, ['The same once more: ', PASSPHRASE]],
    );
    expect({ exit, screen }).toMatchObject({ exit: 0 });
    expect(screen).toContain('Wrote 0 apps and 0 sign-ins');
    expect(screen).not.toContain('horse');
    const opened = await runInTerminal(
      next,
      ['import', archive],
      [[`Passphrase of ${archive}: `, PASSPHRASE]],
    );
    expect(opened).toMatchObject({ exit: 0 });
    expect(opened.screen).not.toContain('horse');
  });

  test('that is not the same the second time, or short, makes no archive', async () => {
    const other = await runInTerminal(
      old,
      ['export', archive],
      [first, ['The same once more: ', 'something else']],
    );
    expect(other.exit).toBe(7);
    expect(other.screen).toContain('The two passphrases are not the same.');
    const short = await run(old, ['export', archive], 'short\n');
    expect(short.exit).toBe(7);
    expectOneSentence(short.stderr);
    await expect(stat(archive)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('comes from the first line of a file, whatever ends that line', async () => {
    const file = join(old.home.dir, 'passphrase');
    await writeFile(file, `${PASSPHRASE}\r\nnote\r\n`);
    expect(await run(old, ['export', '--passphrase-file', file, archive], '')).toMatchObject({ exit: 0 });
    expect(await run(next, ['import', archive])).toMatchObject({ exit: 0 });
    const missing = await run(next, ['import', '--passphrase-file', `${file}.missing`, archive]);
    expect(missing.exit).toBe(3);
    expectOneSentence(missing.stderr);
  });
});
