import { constants } from 'node:fs';
import { dirname } from 'node:path';
import { OAuthBrokerError } from '../errors.ts';
import { fileErrorCode, type Files } from '../store/files.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/**
 * Writes a new file that only its owner can read; it outlives a power cut when this resolves.
 *
 * @throws OAuthBrokerError `archive_exists`, `archive_unwritable`; then nothing is left behind
 */
export async function writeArchive(files: Files, path: string, content: Buffer): Promise<void> {
  const fd = create(files, path);
  try {
    try {
      files.write(fd, content);
      await files.sync(fd);
    } finally {
      files.close(fd);
    }
    await files.syncFolder(dirname(path));
    if (files.read(path)?.equals(content) !== true) throw new Error('The file is not as it was written.');
  } catch (cause) {
    removeQuietly(files, path);
    throw new OAuthBrokerError('archive_unwritable', { path }, { cause });
  }
}

/** @throws OAuthBrokerError `archive_unreadable` */
export function readArchive(files: Files, path: string): Buffer {
  let content: Buffer | undefined;
  try {
    content = files.read(path);
  } catch (cause) {
    throw new OAuthBrokerError('archive_unreadable', { path }, { cause });
  }
  if (content === undefined) throw new OAuthBrokerError('archive_unreadable', { path });
  return content;
}

function create(files: Files, path: string): number {
  try {
    return files.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  } catch (cause) {
    const code = fileErrorCode(cause) === 'EEXIST' ? 'archive_exists' : 'archive_unwritable';
    throw new OAuthBrokerError(code, { path }, { cause });
  }
}

function removeQuietly(files: Files, path: string): void {
  try {
    files.remove(path);
  } catch {
    // What is left is no whole archive, and says so when it is opened.
  }
}
