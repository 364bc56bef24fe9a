import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findProgram } from '../setup/find-program.mjs';
import { isRoot, mustRun, progress, ROOT } from '../setup/run.mjs';

const CACHE = join(ROOT, '.cache/clean-machine');
const RELEASE = 'trixie';
// Beside Node, npm and Python only what makes it a machine: systemd, and sessions of users.
const PACKAGES =
  'systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,nodejs,npm,python3,python3-venv,ca-certificates';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const START_LIMIT = 60_000;

/** A Debian that has just been installed, with systemd as its first process. Needs root. */
export class Container {
  #folder;
  #machine;
  #leader;

  /** Makes it; nothing runs in it yet. */
  static async make() {
    await installTools();
    const archive = join(CACHE, `${RELEASE}.tar`);
    await mkdir(CACHE, { recursive: true });
    if (!existsSync(archive)) {
      progress(`Fetching Debian ${RELEASE} (a minute, once)`);
      await mustRun('mmdebstrap', [
        '--variant=minbase',
        `--include=${PACKAGES}`,
        RELEASE,
        `${archive}.part`,
        '--format=tar',
        '--quiet',
      ]);
      await mustRun('mv', [`${archive}.part`, archive]);
    }
    const container = new Container();
    container.#folder = join(CACHE, `root-${process.pid}`);
    await mkdir(container.#folder);
    await mustRun('tar', ['-xf', archive, '-C', container.#folder]);
    // What this machine trusts and how it finds others; a company's proxy would be in there.
    await copyFile(CERTIFICATES, container.path(CERTIFICATES));
    await rm(container.path('/etc/resolv.conf'), { force: true });
    await copyFile('/etc/resolv.conf', container.path('/etc/resolv.conf'));
    await appendFile(
      container.path('/etc/environment'),
      `NODE_EXTRA_CA_CERTS=${CERTIFICATES}\nPIP_CERT=${CERTIFICATES}\n`,
    );
    return container;
  }

  /** Where a file of the container is on this machine. */
  path(inside) {
    return join(this.#folder, inside);
  }

  async put(from, inside) {
    await mkdir(dirname(this.path(inside)), { recursive: true });
    await copyFile(from, this.path(inside));
  }

  async write(inside, text) {
    await mkdir(dirname(this.path(inside)), { recursive: true });
    await writeFile(this.path(inside), text);
  }

  /** Runs a command while systemd does not run; it has the network of this machine. */
  install(command, user = 'root') {
    return output('systemd-nspawn', [
      ...this.#place(),
      '--pipe',
      '--as-pid2',
      '--resolv-conf=off',
      `--setenv=NODE_EXTRA_CA_CERTS=${CERTIFICATES}`,
      `--setenv=PIP_CERT=${CERTIFICATES}`,
      `--user=${user}`,
      '/bin/sh',
      '-ec',
      `cd ~; ${command}`,
    ]);
  }

  /** Starts systemd, with a network of its own that leads nowhere. */
  async boot() {
    this.#machine = spawn('systemd-nspawn', [...this.#place(), '--boot', '--private-network'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      // Newer systemd does not run on the old hierarchy, which this machine may still have.
      env: { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
    });
    for (const end = Date.now() + START_LIMIT; ; ) {
      this.#leader = await childOf(this.#machine.pid);
      const state = await this.run('systemctl is-system-running').catch((error) => String(error.stdout));
      if (/^(?:running|degraded)$/m.test(state)) return;
      if (Date.now() > end) throw new Error(`systemd does not come up in the container: ${state}`);
      await sleep(500);
    }
  }

  /** Runs a command in a session of a user while systemd runs; resolves to what it prints. */
  run(command, user = 'root') {
    const session = `export XDG_RUNTIME_DIR=/run/user/$(id -u); cd ~; ${command}`;
    return output('nsenter', ['-t', String(this.#leader), '-a', 'runuser', '-l', user, '-c', session]);
  }

  /** The same until it succeeds. */
  async eventually(command, user = 'root') {
    for (let tries = 60; ; tries -= 1) {
      try {
        return await this.run(command, user);
      } catch (error) {
        if (tries === 0) throw error;
        await sleep(500);
      }
    }
  }

  /** Stops and removes it. */
  async remove() {
    if (this.#machine !== undefined && this.#machine.exitCode === null) {
      const ended = new Promise((resolve) => this.#machine.once('close', resolve));
      // Asked by this signal, nspawn ends what is inside at once.
      this.#machine.kill('SIGTERM');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  #place() {
    return ['--quiet', '--directory', this.#folder, '--register=no', '--keep-unit', '--link-journal=no'];
  }
}

async function installTools() {
  if (!isRoot()) throw new Error('The trial makes a container and needs root.');
  if (findProgram('mmdebstrap') !== undefined && findProgram('systemd-nspawn') !== undefined) return;
  progress('Installing mmdebstrap and systemd-nspawn');
  await mustRun('apt-get', ['update', '-q']);
  await mustRun(
    'apt-get',
    ['install', '-q', '-y', '--no-install-recommends', 'mmdebstrap', 'systemd-container'],
    {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    },
  );
}

async function output(program, args) {
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** The first process of the container. */
async function childOf(pid) {
  for (;;) {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    const [child] = children.trim().split(' ');
    if (child !== undefined && child !== '') return child;
    await sleep(100);
  }
}
