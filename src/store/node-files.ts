import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fdatasync,
  fstatSync,
  fsync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  watch,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { type Files, type FileStat, fileErrorCode } from './files.ts';
import { loadFlock } from './ovos-files/flock.ts';

const sync = promisify(fsync);
const dataSync = promisify(fdatasync);

/** The device's own file system. Loads koffi, for flock(2). */
export async function openNodeFiles(): Promise<Files> {
  const flock = await loadFlock();
  return {
    open: openSync,
    close: closeSync,
    write(fd, data) {
      let written = 0;
      while (written < data.byteLength) written += writeSync(fd, data, written);
    },
    truncate: ftruncateSync,
    chmod: (target, mode) =>
      typeof target === 'string' ? chmodSync(target, mode) : fchmodSync(target, mode),
    stat: (target) =>
      statOf(
        typeof target === 'number'
          ? fstatSync(target, { bigint: true })
          : statSync(target, { bigint: true, throwIfNoEntry: false }),
      ),
    lstat: (path) => statOf(lstatSync(path, { bigint: true, throwIfNoEntry: false })),
    read,
    holds,
    rename: renameSync,
    link: linkSync,
    remove: (path) => orMissing(() => unlinkSync(path)),
    makeFolder: (path, mode) => mkdirSync(path, { recursive: true, mode }),
    list: (folder) => orMissing(() => readdirSync(folder)) ?? [],
    dataSync,
    sync,
    async syncFolder(folder) {
      const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
      try {
        await sync(fd);
      } finally {
        closeSync(fd);
      }
    },
    tryLock: flock,
    watch(folder, listener, failed) {
      const watcher = watch(folder, { persistent: false }, listener);
      watcher.on('error', failed);
      return () => watcher.close();
    },
  };
}

function statOf(found: BigIntStats | undefined): FileStat | undefined {
  if (found === undefined) return undefined;
  return {
    // The number of a removed file is soon given to another one.
    id: `${found.dev}:${found.ino}:${found.birthtimeNs}`,
    size: Number(found.size),
    modified: found.mtimeNs,
    links: Number(found.nlink),
    isFile: found.isFile(),
    isFolder: found.isDirectory(),
    mode: Number(found.mode) & 0o7777,
    owner: Number(found.uid),
  };
}

function read(path: string, offset = 0): Buffer | undefined {
  if (offset === 0) return orMissing(() => readFileSync(path));
  const fd = orMissing(() => openSync(path, constants.O_RDONLY));
  if (fd === undefined) return undefined;
  try {
    const content = Buffer.alloc(Math.max(0, fstatSync(fd).size - offset));
    let length = 0;
    while (length < content.length) {
      const count = readSync(fd, content, length, content.length - length, offset + length);
      if (count === 0) break;
      length += count;
    }
    return content.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}

/** Where a file is read to be compared. */
const compared = Buffer.alloc(64 * 1024);

function holds(path: string, content: Uint8Array): boolean {
  const fd = orMissing(() => openSync(path, constants.O_RDONLY));
  if (fd === undefined) return false;
  try {
    if (fstatSync(fd).size !== content.length) return false;
    let length = 0;
    while (length < content.length) {
      const count = readSync(fd, compared, 0, compared.length, length);
      if (count === 0 || compared.compare(content, length, length + count, 0, count) !== 0) return false;
      length += count;
    }
    return true;
  } finally {
    closeSync(fd);
  }
}

function orMissing<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
