import { join } from 'node:path';
import type { Environment } from '../config/locations.ts';
import { findPaths } from '../config/paths.ts';

const NAME = 'control.sock';
/** What the service's folder is called below the runtime folder of a user or of the system. */
const FOLDER = 'ovos-oauth';

/** The socket of a broker whose runtime folder this is. */
export function socketPath(runtimeDir: string): string {
  return join(runtimeDir, NAME);
}

/**
 * Where a broker's socket may be, the likeliest first. A shell by `su` or `ssh` may lack the `XDG_RUNTIME_DIR` that a
 * service of the same user has; a service of the system has a folder of its own.
 *
 * @param uid number of the user who asks
 */
export function likelySockets(env: Environment, uid: number): readonly string[] {
  const folders = [findPaths(env).runtimeDir, join('/run/user', String(uid), FOLDER), join('/run', FOLDER)];
  return [...new Set(folders)].map(socketPath);
}
