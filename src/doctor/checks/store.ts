import { access, constants, lstat, readdir, readFile, stat, statfs } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Paths } from '../../config/paths.ts';
import { isJsonObject } from '../../json.ts';
import type { Check } from '../check.ts';
import { type Finding, finding } from '../finding.ts';
import type { Surroundings } from '../surroundings.ts';

/** Bytes; the journal of a household has some 100 kB, and is written anew beside itself. */
const LITTLE_ROOM = 8 * 1024 * 1024;
const SHARED_FILES = ['ovos_oauth.json', 'ovos_oauth_apps.json'] as const;

export const store: Check = {
  group: 'store',
  async look({ settings, broker, checkup, storeProblem }) {
    const { paths } = settings;
    const [rights, room, holder, shared] = await Promise.all([
      lookAtRights(paths),
      lookAtRoom(paths.stateDir),
      lockHolder(join(paths.stateDir, 'lock')),
      lookAtSharedFiles(paths.cacheDir),
    ]);
    const found = [
      ...rights,
      ...judgeStoreProblem(storeProblem, paths.stateDir),
      ...room,
      ...judgeHolder(holder, broker?.pid),
      ...shared,
      ...judgeWriting(checkup, paths),
    ];
    return found.some(({ level }) => level !== 'ok')
      ? found
      : [finding('store_ok', { path: paths.stateDir })];
  },
};

function judgeStoreProblem(problem: Surroundings['storeProblem'], path: string): readonly Finding[] {
  if (problem === undefined) return [];
  return [finding(problem.code, { path, user: userInfo().username, count: problem.count ?? 0 })];
}

/** @param pid of the broker that answers, if one does */
export function judgeHolder(holder: number | undefined, pid: number | undefined): readonly Finding[] {
  return holder === undefined || holder === pid ? [] : [finding('store_held', { pid: holder })];
}

export function judgeWriting(
  checkup: Surroundings['checkup'],
  paths: Pick<Paths, 'stateDir'>,
): readonly Finding[] {
  const unsaved = (checkup?.unsaved ?? []).map((app) =>
    finding('token_unsaved', { app, path: paths.stateDir }),
  );
  const { foreign_changes: count = 0 } = checkup ?? {};
  return count === 0 ? unsaved : [...unsaved, finding('foreign_writers', { count })];
}

async function lookAtRights({ stateDir, cacheDir }: Paths): Promise<readonly Finding[]> {
  const isThere = await lstat(stateDir).catch(() => undefined);
  const writable = await Promise.all([unwritable(stateDir), unwritable(cacheDir)]);
  const open = isThere === undefined ? [] : await openToOthers(stateDir);
  return [...writable.flat(), ...open];
}

/** A folder that is not there yet is made: then the nearest one above it counts. */
async function unwritable(path: string): Promise<readonly Finding[]> {
  try {
    await access(path, constants.W_OK | constants.X_OK);
    return [];
  } catch (thrown) {
    const isMissing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
    const above = dirname(path);
    if (isMissing && above !== path) return unwritable(above);
    return [finding('store_unwritable', { path, user: userInfo().username })];
  }
}

async function openToOthers(stateDir: string): Promise<readonly Finding[]> {
  const names = await readdir(stateDir).catch(() => []);
  const folder = await judgedMode(stateDir, 0o700, 'store_open_to_others');
  const files = await Promise.all(
    names.map((name) => judgedMode(join(stateDir, name), 0o600, 'store_open_to_others')),
  );
  return [folder, ...files].flat();
}

async function judgedMode(
  path: string,
  mode: number,
  code: 'store_open_to_others' | 'shared_file_open_to_others',
): Promise<readonly Finding[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isDirectory() !== (mode === 0o700)) return [];
  return (found.mode & 0o077) === 0 ? [] : [finding(code, { path, mode: mode.toString(8) })];
}

async function lookAtRoom(path: string): Promise<readonly Finding[]> {
  const disk = await statfs(path).catch(() => undefined);
  if (disk === undefined) return [];
  const free = disk.bavail * disk.bsize;
  return free < LITTLE_ROOM ? [finding('disk_nearly_full', { path, bytes: free })] : [];
}

async function lookAtSharedFiles(folder: string): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    SHARED_FILES.map(async (name) => {
      const path = join(folder, name);
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === undefined) return [];
      const open = await judgedMode(path, 0o600, 'shared_file_open_to_others');
      return isWhole(text) ? open : [...open, finding('shared_file_damaged', { path })];
    }),
  );
  return findings.flat();
}

function isWhole(text: string): boolean {
  try {
    return isJsonObject(JSON.parse(text));
  } catch {
    return false;
  }
}

/**
 * The process that holds the lock of a file, as the kernel lists it (proc_locks(5)): looking takes no lock.
 *
 * @returns its id; undefined where nobody does
 */
export async function lockHolder(path: string): Promise<number | undefined> {
  const file = await stat(path).catch(() => undefined);
  const locks = await readFile('/proc/locks', 'utf8').catch(() => '');
  if (file === undefined) return undefined;
  for (const line of locks.split('\n')) {
    const [, pid = '', inode] = /FLOCK\s+ADVISORY\s+WRITE\s+(\d+)\s+\w+:\w+:(\d+)/.exec(line) ?? [];
    if (inode === String(file.ino)) return Number(pid);
  }
  return undefined;
}
