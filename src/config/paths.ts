import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { baseFolder, type Environment, pythonJoin, xdgHome } from './locations.ts';

/** The folders this program uses; any but `tempDir` may not exist yet. */
export interface Paths {
  /** Private: the journal. */
  readonly stateDir: string;
  /** Shared with Python programs: the json_database folder (ovos_utils.oauth on json_database.JsonStorageXDG). */
  readonly cacheDir: string;
  /** Private and gone after a reboot: QR images. */
  readonly runtimeDir: string;
  /** Python's `tempfile.gettempdir()`: where the lock files of json_database are. */
  readonly tempDir: string;
  /** systemd's: secrets that it hands to a service. */
  readonly credentialsDir?: string;
}

export function findPaths(env: Environment): Paths {
  const base = baseFolder(env);
  const tempDir = pythonTempDir(env);
  const runtime = env['XDG_RUNTIME_DIR'];
  const credentialsDir = env['CREDENTIALS_DIRECTORY'];
  return {
    ...(credentialsDir === undefined ? {} : { credentialsDir }),
    stateDir: pythonJoin(xdgHome(env, 'XDG_STATE_HOME', '.local/state'), base, 'ovos-oauth'),
    cacheDir: pythonJoin(xdgHome(env, 'XDG_CACHE_HOME', '.cache'), base, 'json_database'),
    runtimeDir:
      serviceRuntimeDir(env) ??
      (runtime !== undefined && runtime.startsWith('/') && isWritableFolder(runtime)
        ? pythonJoin(runtime, 'ovos-oauth')
        : // The user's number keeps two users' folders apart in the shared temp folder.
          pythonJoin(tempDir, `ovos-oauth-${process.getuid?.() ?? 'user'}`)),
    tempDir,
  };
}

/** What systemd has made for the service (`RuntimeDirectory=`): a service of the system has no `XDG_RUNTIME_DIR`. */
function serviceRuntimeDir({ RUNTIME_DIRECTORY: folder }: Environment): string | undefined {
  // By its name: the service of somebody else may have started this process.
  return folder !== undefined && /^\/.*\/ovos-oauth$/.test(folder) && isWritableFolder(folder)
    ? folder
    : undefined;
}

/** The first folder in Python's order (tempfile._candidate_tempdir_list) in which a file can be made. */
function pythonTempDir(env: Environment): string {
  const named = [env['TMPDIR'], env['TEMP'], env['TMP']].flatMap((folder) => folder || []);
  const candidates = [...named, '/tmp', '/var/tmp', '/usr/tmp', '.'].map((folder) => resolve(folder));
  return candidates.find(isWritableFolder) ?? '/tmp';
}

function isWritableFolder(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
