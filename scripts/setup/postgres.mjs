import { readdirSync, writeFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { findProgram, isExecutable } from './find-program.mjs';
import { isRoot, mustRun, progress, ROOT } from './run.mjs';

/** Where Debian keeps its versions, each with a folder `bin`. */
const DEBIAN = 'usr/lib/postgresql';
/** Debian's packages, unpacked for whoever may not install them. */
const UNPACKED = join(ROOT, '.cache', 'postgresql');

/**
 * The folder with `initdb` and `postgres`: `OVOS_OAUTH_POSTGRES`, the system's newest, or our unpacked one; undefined where
 * there is none.
 */
export function findPostgres() {
  const { OVOS_OAUTH_POSTGRES: chosen } = process.env;
  if (chosen) return chosen;
  return newestIn('/') ?? newestIn(UNPACKED) ?? onPath();
}

/** As {@link findPostgres}, but gets Debian's packages first where there is none; no cluster is made or started. */
export async function ensurePostgres() {
  const found = findPostgres();
  if (found !== undefined) return found;
  if (findProgram('apt-get') === undefined) {
    throw new Error(
      'The tests need PostgreSQL: set OVOS_OAUTH_POSTGRES to the folder with initdb and postgres.',
    );
  }
  progress('Installing PostgreSQL');
  await (isRoot() ? installPackages() : unpackPackages());
  const installed = findPostgres();
  if (installed === undefined) throw new Error('The tests need PostgreSQL, and installing it gave none.');
  return installed;
}

async function installPackages() {
  // Debian would make and start a cluster of its own, on the port that somebody else may use.
  const settings = '/etc/postgresql-common/createcluster.conf';
  if (!existsSync(settings)) {
    mkdirSync(dirname(settings), { recursive: true });
    writeFileSync(settings, 'create_main_cluster = false\n');
  }
  await mustRun('apt-get', ['update', '-q']);
  await mustRun('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'postgresql'], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}

async function unpackPackages() {
  const debs = join(UNPACKED, 'debs');
  mkdirSync(debs, { recursive: true });
  const depends = execFileSync('apt-cache', ['depends', 'postgresql'], { encoding: 'utf8' });
  const server = /Depends: (postgresql-\d+)/.exec(depends)?.[1];
  if (server === undefined) throw new Error('apt knows no PostgreSQL.');
  for (const name of [server, server.replace('postgresql', 'postgresql-client'), 'libpq5']) {
    await mustRun('sh', ['-c', 'cd "$1" && apt-get download -q "$2"', 'sh', debs, name]);
  }
  for (const file of readdirSync(debs)) await mustRun('dpkg', ['-x', join(debs, file), UNPACKED]);
}

function newestIn(root) {
  const folder = join(root, DEBIAN);
  if (!existsSync(folder)) return undefined;
  const versions = readdirSync(folder).toSorted((one, other) => Number(other) - Number(one));
  return versions
    .map((version) => join(folder, version, 'bin'))
    .find((bin) => isExecutable(join(bin, 'initdb')) && isExecutable(join(bin, 'postgres')));
}

function onPath() {
  const initdb = findProgram('initdb');
  return initdb === undefined ? undefined : dirname(initdb);
}
