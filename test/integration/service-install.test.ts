import { execFile } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceHost } from '../../src/service/host.ts';
import { Installation, type Refusal, ServiceRefused } from '../../src/service/installation.ts';
import { nodeServiceHost } from '../../src/service/node-host.ts';
import { MARK, type Unit, UNIT, unitText } from '../../src/service/unit.ts';
import { createOvosHome, type OvosHome } from '../support/ovos-home.ts';
import { runProgram } from '../support/program.ts';

// The real systemctl and systemd-analyze; no systemd runs for these folders, so nothing can be started here.

let home: OvosHome;
let root: string;

beforeEach(async () => {
  home = await createOvosHome();
  root = await mkdtemp(join(tmpdir(), 'oo-root-'));
});
afterEach(async () => {
  await home.remove();
  await rm(root, { recursive: true, force: true });
});

/** This machine, with an empty folder in the place of `/`, as root sees it. */
function machine(change: Partial<ServiceHost> = {}): ServiceHost {
  return { ...nodeServiceHost({ ...home.env, SUDO_USER: 'daemon' }), root, uid: 0, ...change };
}

async function refusalOf(attempt: Promise<unknown>): Promise<Refusal> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ServiceRefused) return error.refusal;
    throw error;
  }
  throw new Error('It was not refused.');
}

async function cli(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const program = runProgram('ovos-oauth.mjs', args, { env: home.env, cwd: home.dir });
  return { code: await program.exit, stdout: program.stdout(), stderr: program.stderr() };
}

const userUnit = (): string => join(home.dir, '.config/systemd/user', UNIT);
const systemUnit = (): string => join(root, 'etc/systemd/system', UNIT);

describe('ovos-oauth service, for a user', () => {
  it('writes and enables a unit that starts this very program, says so, and how to undo it', async () => {
    const { code, stdout } = await cli('service', 'install', '--user', '--now');
    expect(code).toBe(0);
    expect(stdout).toContain(`Wrote ${userUnit()}\n`);
    expect(stdout).toContain('systemd does not run here, so it could not be started now.');
    expect(stdout).toContain('To undo this: ovos-oauth service remove --user\n');
    const unit = await readFile(userUnit(), 'utf8');
    expect(unit).toMatch(new RegExp(`^ExecStart=${process.execPath} .*/dist/ovos-oauth\\.mjs serve$`, 'm'));
    expect(unit).toContain(`Environment=XDG_CACHE_HOME=${home.env['XDG_CACHE_HOME']}\n`);
    const link = join(home.dir, '.config/systemd/user/default.target.wants', UNIT);
    expect(await readlink(link)).toBe(userUnit());
  });

  it('changes nothing when it is done again, and mends a unit that has become old', async () => {
    await cli('service', 'install', '--user');
    const unit = await readFile(userUnit(), 'utf8');
    const again = await cli('service', 'install', '--user');
    expect(again.stdout).toContain(`${userUnit()} is as it has to be already.\n`);
    await writeFile(userUnit(), unit.replace(process.execPath, '/opt/old/node'));
    expect((await cli('service', 'status', '--user')).stdout).toContain('install it again');
    expect((await cli('service', 'install', '--user')).stdout).toContain(`Wrote ${userUnit()}\n`);
    expect(await readFile(userUnit(), 'utf8')).toBe(unit);
  });

  it('removes what it has installed; a second time there is nothing to remove', async () => {
    await cli('service', 'install', '--user');
    const removed = await cli('service', 'remove', '--user');
    expect(removed).toMatchObject({ code: 0, stderr: '' });
    const link = join(home.dir, '.config/systemd/user/default.target.wants', UNIT);
    for (const path of [userUnit(), link]) await expect(lstat(path)).rejects.toThrow('ENOENT');
    expect((await cli('service', 'remove', '--user')).stdout).toContain('nothing to remove');
  });

  it('says what it did in JSON', async () => {
    const { stdout } = await cli('service', 'install', '--user', '--json');
    const installed = { scope: 'user', path: userUnit(), written: true, started: false };
    expect(JSON.parse(stdout)).toEqual(installed);
    const removed = await cli('service', 'remove', '--user', '--json');
    expect(JSON.parse(removed.stdout)).toEqual({ scope: 'user', path: userUnit(), removed: true });
  });

  it('leaves a unit alone that somebody else has written', async () => {
    await mkdir(join(home.dir, '.config/systemd/user'), { recursive: true });
    await writeFile(userUnit(), '[Service]\nExecStart=/bin/true\n');
    for (const command of ['install', 'remove']) {
      const { code, stderr } = await cli('service', command, '--user');
      expect(code).toBe(1);
      expect(stderr).toBe(
        `ovos-oauth: ${userUnit()} was not written by this command and stays as it is. Remove it first.\n`,
      );
    }
    const { stdout } = await cli('service', 'install', '--user', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ error_code: 'foreign_unit' });
    expect(await readFile(userUnit(), 'utf8')).toBe('[Service]\nExecStart=/bin/true\n');
  });

  it('says that it is not installed, in words and in JSON, and ends with 1', async () => {
    const { code, stdout } = await cli('service', 'status', '--user');
    expect({ code, stdout }).toEqual({ code: 1, stdout: `unit     ${userUnit()} (not installed)\n` });
    const { stdout: json } = await cli('service', 'status', '--user', '--json');
    expect(JSON.parse(json)).toEqual({ scope: 'user', path: userUnit(), unit: 'missing' });
  });

  it('says so where there is no systemd, and writes nothing', async () => {
    const env = { ...home.env, PATH: join(home.dir, 'empty') };
    const program = runProgram('ovos-oauth.mjs', ['service', 'install', '--user'], { env, cwd: home.dir });
    expect(await program.exit).toBe(1);
    expect(program.stderr()).toContain('There is no systemd on this machine.');
    await expect(lstat(userUnit())).rejects.toThrow('ENOENT');
  });
});

describe('ovos-oauth service, for the system', () => {
  it('runs the broker as the user who called sudo, and enables it', async () => {
    const installed = await new Installation(machine(), { scope: 'system' }).install(true);
    expect(installed).toMatchObject({ path: systemUnit(), isWritten: true, isStarted: false });
    expect(await readFile(systemUnit(), 'utf8')).toMatch(/^User=daemon$/m);
    const link = join(root, 'etc/systemd/system/multi-user.target.wants', UNIT);
    expect(await readlink(link)).toBe(`/etc/systemd/system/${UNIT}`);
    await new Installation(machine(), { scope: 'system' }).remove();
    for (const path of [systemUnit(), link]) await expect(lstat(path)).rejects.toThrow('ENOENT');
  });

  it('takes what leads OVOS to its files from the environment, but no folders of root', async () => {
    const env = {
      SUDO_USER: 'daemon',
      PATH: process.env['PATH'],
      OVOS_CONFIG_BASE_FOLDER: 'other',
      XDG_CACHE_HOME: '/root/x',
    };
    await new Installation(machine({ env }), { scope: 'system' }).install(false);
    const unit = await readFile(systemUnit(), 'utf8');
    expect(unit).toContain('Environment=OVOS_CONFIG_BASE_FOLDER=other\n');
    expect(unit).toContain('/.cache/other/json_database');
    expect(unit).not.toContain('/root/x');
  });

  it.each([
    ['nobody but root may do it', { uid: 1000 }, undefined, { kind: 'needs_root' }],
    ['a user has to be named', { env: { PATH: process.env['PATH'] } }, undefined, { kind: 'user_needed' }],
    ['that user has to exist', {}, '-nobody-', { kind: 'user_unknown', user: '-nobody-' }],
  ])('%s', async (_, change, user, refusal) => {
    const options = { scope: 'system', ...(user === undefined ? {} : { user }) } as const;
    expect(await refusalOf(new Installation(machine(change), options).install(false))).toEqual(refusal);
    await expect(lstat(systemUnit())).rejects.toThrow('ENOENT');
  });

  it('tells what systemctl has against it', async () => {
    await mkdir(join(root, 'etc/systemd/system'), { recursive: true });
    await writeFile(join(root, 'etc/systemd/system/multi-user.target.wants'), 'no folder');
    const refusal = await refusalOf(new Installation(machine(), { scope: 'system' }).install(false));
    expect(refusal).toMatchObject({
      kind: 'systemctl_failed',
      command: `systemctl --root=${root} enable ${UNIT}`,
    });
  });
});

describe('the units', () => {
  const program = [process.execPath, '/opt/a b/100%/$HOME/"q"/ovos-oauth.mjs'] as const;
  const environment = { XDG_CACHE_HOME: '/srv/a b', ODD: 'x"y\\z%h$HOME' };
  const units: Unit[] = [
    { scope: 'user', program, environment },
    {
      scope: 'system',
      program,
      environment,
      user: 'daemon',
      group: '1',
      home: '/srv/a b',
      folders: ['/srv/a b/state', '/srv/a b/100%'],
      tempDir: '/tmp',
    },
  ];

  it.each(units)('are right to systemd itself, whatever the paths: $scope', async (unit) => {
    const path = join(root, UNIT);
    await writeFile(path, unitText(unit));
    const scope = unit.scope === 'user' ? '--user' : '--system';
    const { stdout, stderr } = await promisify(execFile)('systemd-analyze', [scope, 'verify', path], {
      env: home.env,
    });
    expect(stdout + stderr).toBe('');
  });

  it('keep what can be done to the system from a broker that was taken over', async () => {
    const path = join(root, UNIT);
    const system = units[1];
    if (system === undefined) throw new Error('no unit');
    await writeFile(path, unitText(system));
    // Exposure by systemd's reckoning, in tenths: 0 is none, 96 is that of a service without any setting.
    const judged = promisify(execFile)('systemd-analyze', [
      'security',
      '--offline=yes',
      '--threshold=20',
      path,
    ]);
    await expect(judged).resolves.toMatchObject({ stderr: '' });
  });

  it('begin with the mark by which they are known again', () => {
    for (const unit of units) expect(unitText(unit).startsWith(`${MARK}\n`)).toBe(true);
  });
});
