import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres } from '../../scripts/setup/postgres.mjs';

/** Who runs the server where the tests run as root, which PostgreSQL refuses: `nobody` of every system. */
const NOBODY = 65_534;
const SUPERUSER = 'owner';

/** A PostgreSQL server of a test's own, on a Unix socket in a temporary folder. */
export interface PostgresServer {
  /** Of a database of this server; another one for each name. */
  url(database: string, user?: string): string;
  /** Makes an empty database. */
  create(database: string): void;
  /** Runs SQL as the superuser; the rows, columns separated by `|`. */
  sql(database: string, text: string): string;
  /** Everything in a database, as `pg_dump` writes it. */
  dump(database: string): string;
  /** As after a crash of the server: every connection is cut, nothing is finished. */
  kill(): Promise<void>;
  /** As an operator restarts it: every connection is cut in good order. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops the server and removes everything. */
  remove(): Promise<void>;
}

export interface PostgresOptions {
  /** Over ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** PEM; then TLS is on. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Whoever comes by the socket is believed; over TCP a password is asked for. */
export async function startPostgres({ settings = {}, tls }: PostgresOptions = {}): Promise<PostgresServer> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('The tests need PostgreSQL: run `npm test`, which gets it.');
  const folder = mkdtempSync(join(tmpdir(), 'ovos-oauth-postgres-'));
  const data = join(folder, 'data');
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ('uid' in identity) chownSync(folder, NOBODY, NOBODY);
  const env = {
    PATH: process.env['PATH'] ?? '',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    TMPDIR: folder,
    PGPORT: settings['port'] ?? '5432',
  };
  const options = { ...identity, env, cwd: folder } as const;
  const run = (program: string, args: readonly string[], input = ''): string =>
    execFileSync(join(bin, program), args, {
      ...options,
      input,
      encoding: 'utf8',
      maxBuffer: 1024 ** 3,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  run('initdb', [
    '-D',
    data,
    '-U',
    SUPERUSER,
    '--auth-local=trust',
    '--auth-host=scram-sha-256',
    '-E',
    'UTF8',
    '--no-sync',
    '--no-instructions',
  ]);

  for (const [name, text] of Object.entries({ 'server.crt': tls?.cert, 'server.key': tls?.key })) {
    if (text === undefined) continue;
    writeFileSync(join(data, name), text, { mode: 0o600 });
    if ('uid' in identity) chownSync(join(data, name), NOBODY, NOBODY);
  }

  let server: ChildProcess | undefined;
  async function start(): Promise<void> {
    const given = {
      listen_addresses: '',
      unix_socket_directories: folder,
      fsync: 'off',
      max_connections: '100',
      ssl: tls === undefined ? 'off' : 'on',
      ...settings,
    };
    const args = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    server = spawn(join(bin ?? '', 'postgres'), ['-D', data, ...args], { ...options, stdio: 'ignore' });
    const deadline = Date.now() + 60_000;
    while (!isReady()) {
      if (server.exitCode !== null || Date.now() > deadline) throw new Error('PostgreSQL did not start.');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  function isReady(): boolean {
    try {
      run('psql', ['-h', folder, '-U', SUPERUSER, '-d', 'postgres', '-Atc', 'select 1']);
      return true;
    } catch {
      return false;
    }
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = server;
    server = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    const exit = once(ending, 'exit');
    ending.kill(signal);
    await exit;
  }
  await start();
  return {
    url: (database, user = SUPERUSER) =>
      `postgresql://${user}@${encodeURIComponent(folder)}/${encodeURIComponent(database)}`,
    create: (database) =>
      void run('psql', [
        '-h',
        folder,
        '-U',
        SUPERUSER,
        '-d',
        'postgres',
        '-qc',
        `create database "${database}"`,
      ]),
    sql: (database, text) =>
      run(
        'psql',
        ['-h', folder, '-U', SUPERUSER, '-d', database, '-AtqX', '-v', 'ON_ERROR_STOP=1'],
        text,
      ).trimEnd(),
    dump: (database) => run('pg_dump', ['-h', folder, '-U', SUPERUSER, '-d', database]),
    // Immediate shutdown: the server's processes quit without finishing anything.
    kill: () => end('SIGQUIT'),
    // Fast shutdown.
    stop: () => end('SIGINT'),
    start,
    async remove() {
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
