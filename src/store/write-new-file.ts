import { constants } from 'node:fs';
import { type Files, fileErrorCode } from './files.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_APPEND } = constants;

/**
 * Writes a file that only its owner can read; one that is in the way goes. Leaves nothing behind where it throws.
 *
 * @returns the open file, for appending
 */
export function writeNewFile(files: Files, path: string, data: Uint8Array): number {
  const fd = openNew(files, path);
  try {
    files.write(fd, data);
    return fd;
  } catch (error) {
    files.close(fd);
    files.remove(path);
    throw error;
  }
}

function openNew(files: Files, path: string): number {
  const open = (): number => files.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND, 0o600);
  try {
    return open();
  } catch (error) {
    if (fileErrorCode(error) !== 'EEXIST') throw error;
    files.remove(path);
    return open();
  }
}
