import { constants } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Files, fileErrorCode } from '../files.ts';

const { O_RDWR, O_RDONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/** combo_lock's `LOCK_FILE_ACCESS_RIGHTS`: programs of other users lock it as well. */
const MODE = 0o666;

// Milliseconds. Python holds the lock for as long as it reads or writes a file.
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 20;

/** The lock that json_database takes around each reading and each writing of a file: flock(2) on a file beside nobody. */
export class SharedLock {
  readonly #files: Files;
  readonly #path: string;
  readonly #giveUp = new AbortController();

  /** @param path `<temp folder>/<name of the file>.lock`, as `json_database.JsonStorage` builds it */
  constructor(files: Files, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /**
   * Runs `work` under the lock. Whoever else holds it is waited for without blocking anything; `work` itself must not
   * wait, so that Python never waits for long.
   */
  async hold<T>(work: () => T): Promise<T> {
    for (let wait = FIRST_PAUSE; ; wait = Math.min(2 * wait, LONGEST_PAUSE)) {
      const fd = this.#open();
      try {
        if (this.#files.tryLock(fd) && this.#isCurrent(fd)) return work();
      } finally {
        this.#files.close(fd);
      }
      await pause(wait, undefined, { signal: this.#giveUp.signal });
    }
  }

  /** From now on nobody is waited for: what can't have the lock at once rejects. */
  giveUp(): void {
    this.#giveUp.abort();
  }

  // Not kept open: whoever tidies up the temp folder may remove the file, and a lock on what was removed locks nothing.
  #open(): number {
    for (;;) {
      const fd = this.#openExisting() ?? this.#create();
      if (fd === undefined) continue;
      if (this.#files.stat(fd)?.isFile === true) return fd;
      this.#files.close(fd);
      throw Object.assign(new Error('The lock is no file.'), { code: 'EINVAL' });
    }
  }

  /** Without O_CREAT, which a sticky folder refuses for files of other users (sysctl fs.protected_regular). */
  #openExisting(): number | undefined {
    for (const access of [O_RDWR, O_RDONLY]) {
      try {
        return this.#files.open(this.#path, access | O_NOFOLLOW | O_NONBLOCK);
      } catch (error) {
        const code = fileErrorCode(error);
        if (code === 'ENOENT') return undefined;
        // Somebody's umask took our right to write; to lock it, reading is enough.
        if (code !== 'EACCES' || access === O_RDONLY) throw error;
      }
    }
    return undefined;
  }

  #create(): number | undefined {
    try {
      const fd = this.#files.open(this.#path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, MODE);
      // Our umask does not count.
      this.#files.chmod(fd, MODE);
      return fd;
    } catch (error) {
      // Another one was faster.
      if (fileErrorCode(error) === 'EEXIST') return undefined;
      throw error;
    }
  }

  #isCurrent(fd: number): boolean {
    return this.#files.stat(this.#path)?.id === this.#files.stat(fd)?.id;
  }
}
