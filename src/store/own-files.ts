import { join } from 'node:path';
import { OAuthBrokerError } from '../errors.ts';
import type { Files, FileStat } from './files.ts';

const ROOT = 0;

/**
 * Makes sure that a folder is ours and that nobody else can look into it. The name of the folder may be a link that we or
 * root have set, such as systemd's for a state folder.
 *
 * @throws OAuthBrokerError `store_unsafe` with the path
 */
export function secureFolder(files: Files, path: string): void {
  const named = files.lstat(path);
  const folder = files.stat(path);
  const isOursToName = named !== undefined && (isOurs(named) || named.owner === ROOT);
  if (!isOursToName || folder?.isFolder !== true || !isOurs(folder)) unsafe(path);
  if (folder.mode !== 0o700) files.chmod(path, 0o700);
}

/**
 * Makes sure of the same for every file in a folder of ours that has one of these names.
 *
 * @throws OAuthBrokerError `store_unsafe` with the path of one that is a link, no file, or another user's
 */
export function secureFiles(files: Files, folder: string, isMeant: (name: string) => boolean): void {
  for (const name of files.list(folder).filter(isMeant)) {
    const path = join(folder, name);
    const found = files.lstat(path);
    if (found === undefined) continue;
    if (!found.isFile || !isOurs(found)) unsafe(path);
    if ((found.mode & 0o177) !== 0) files.chmod(path, 0o600);
  }
}

/**
 * Takes from other users what they may do with a file or folder of ours that is not ours alone to arrange: Python programs
 * make them with the rights that the umask leaves. Never fails; what is not ours stays as it is.
 *
 * @param most permission bits that may stay
 */
export function closeToOthers(files: Files, path: string, most: number): void {
  try {
    const found = files.lstat(path);
    const isMendable = found !== undefined && (found.isFile || found.isFolder) && isOurs(found);
    if (isMendable && (found.mode & ~most) !== 0) files.chmod(path, found.mode & most);
  } catch {
    // Reported where it is written.
  }
}

// Root in a container is often given a folder that belongs to the user outside of it.
function isOurs({ owner }: FileStat): boolean {
  const user = process.getuid?.();
  return user === undefined || user === ROOT || owner === user;
}

function unsafe(path: string): never {
  throw new OAuthBrokerError('store_unsafe', { path });
}
