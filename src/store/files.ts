/** What the store needs to know of a file. */
export interface FileStat {
  /** Two paths with one id are one file. */
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** Nanoseconds since the Unix epoch. */
  readonly modified: bigint;
  /** Names that the file has; none once it was removed while open. */
  readonly links: number;
  readonly isFile: boolean;
  readonly isFolder: boolean;
  /** Permission bits. */
  readonly mode: number;
  /** Number of the user whom it belongs to. */
  readonly owner: number;
}

/**
 * The only way in which the store touches the disk, so that tests can record every step, fail at any of them and play
 * through what a power cut leaves behind. Errors are Node's, with `code`.
 *
 * What ends up in the page cache is synchronous: that is faster than a turn through Node's thread pool. What waits for
 * the medium is not.
 */
export interface Files {
  /** @param flags of `node:fs` constants */
  open(path: string, flags: number, mode?: number): number;
  close(fd: number): void;
  /** Writes all of `data` at the file's position; where it throws, a part of it may be written. */
  write(fd: number, data: Uint8Array): void;
  truncate(fd: number, length: number): void;
  chmod(target: string | number, mode: number): void;
  /** undefined where there is nothing at a path. */
  stat(target: string | number): FileStat | undefined;
  /** Like {@link stat}, but of a symbolic link itself, which is neither a file nor a folder. */
  lstat(path: string): FileStat | undefined;
  /** The content from `offset` on; undefined where there is no file. */
  read(path: string, offset?: number): Buffer | undefined;
  /** Whether a file holds just this; takes no memory for it. */
  holds(path: string, content: Uint8Array): boolean;
  rename(from: string, to: string): void;
  /** Gives a file a second name. */
  link(from: string, to: string): void;
  /** Removes a file; nothing happens where there is none. */
  remove(path: string): void;
  /** Makes a folder and those above it. @returns the topmost one that was made, undefined where all were there */
  makeFolder(path: string, mode: number): string | undefined;
  /** Names in a folder; none where the folder is missing. */
  list(folder: string): readonly string[];
  /** fdatasync(2). */
  dataSync(fd: number): Promise<void>;
  /** fsync(2). */
  sync(fd: number): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(folder: string): Promise<void>;
  /** flock(2) with LOCK_EX and LOCK_NB; false where another open file holds the lock. Closing lets go of it. */
  tryLock(fd: number): boolean;
  /** Calls `listener` when something in the folder changes, `failed` when it can't be watched any longer. */
  watch(folder: string, listener: () => void, failed: () => void): () => void;
}

/** The code of an error of the file layer, such as `ENOENT`; undefined for anything else. */
export function fileErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
