import { constants } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Files, fileErrorCode } from '../files.ts';

const { O_RDWR, O_RDONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/** combo_lock's `LOCK_FILE_ACCESS_RIGHTS`: programs of other users lock it as well. */
const MODE = 0o666;

// Milliseconds. Python holds the lock for as long as it reads or writes a file.
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 20;
/** Python's filelock asks every 50 ms: for so long it is let in before the lock is kept again. */
const REST = 100;

/** The lock that json_database takes around each reading and each writing of a file: flock(2) on a file beside nobody. */
export class SharedLock {
  readonly #files: Files;
  readonly #path: string;
  readonly #giveUp = new AbortController();
  #keepers = 0;
  #keeping: Promise<void> | undefined;
  #kept: { readonly fd: number; readonly timer: NodeJS.Timeout } | undefined;
  #restUntil = 0;

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
    const { result } = await this.#wait(() => this.#tryWork(work));
    return result;
  }

  #tryWork<T>(work: () => T): { readonly result: T } | undefined {
    if (this.#kept !== undefined) return { result: work() };
    const fd = this.#take();
    if (fd === undefined) return undefined;
    try {
      return { result: work() };
    } finally {
      this.#files.close(fd);
    }
  }

  /**
   * Takes the lock and keeps it, while {@link hold} goes on. Any number of keepers at once keep the same lock.
   *
   * @param limit milliseconds after which the lock is given up, whatever the keepers do
   * @returns lets go of it
   */
  async keep(limit: number): Promise<() => void> {
    this.#keepers += 1;
    let isKeeper = true;
    const letGo = (): void => {
      if (!isKeeper) return;
      isKeeper = false;
      this.#keepers -= 1;
      if (this.#keepers === 0) this.#giveBack();
    };
    try {
      this.#keeping ??= this.#keep(limit);
      await this.#keeping;
      return letGo;
    } catch (error) {
      letGo();
      throw error;
    }
  }

  async #keep(limit: number): Promise<void> {
    try {
      const rest = this.#restUntil - performance.now();
      if (rest > 0) await this.#pause(rest);
      await this.#wait(() => {
        const fd = this.#take();
        if (fd !== undefined) this.#kept = { fd, timer: setTimeout(() => this.#giveBack(), limit) };
        return fd;
      });
      // Nobody waited for it.
      if (this.#keepers === 0) this.#giveBack();
    } catch (error) {
      this.#keeping = undefined;
      throw error;
    }
  }

  #giveBack(): void {
    if (this.#kept === undefined) return;
    clearTimeout(this.#kept.timer);
    this.#files.close(this.#kept.fd);
    this.#kept = undefined;
    this.#keeping = undefined;
    this.#restUntil = performance.now() + REST;
  }

  /** The open file with the lock on it; undefined where somebody else has it. */
  #take(): number | undefined {
    const { fd, id } = this.#open();
    try {
      if (this.#files.tryLock(fd) && this.#files.stat(this.#path)?.id === id) return fd;
    } catch (error) {
      this.#files.close(fd);
      throw error;
    }
    this.#files.close(fd);
    return undefined;
  }

  async #wait<T>(attempt: () => T | undefined): Promise<T> {
    for (let wait = FIRST_PAUSE; ; wait = Math.min(2 * wait, LONGEST_PAUSE)) {
      const got = attempt();
      if (got !== undefined) return got;
      await this.#pause(wait);
    }
  }

  #pause(duration: number): Promise<void> {
    return pause(duration, undefined, { signal: this.#giveUp.signal });
  }

  /** From now on nobody is waited for: what can't have the lock at once rejects. */
  giveUp(): void {
    this.#giveUp.abort();
  }

  // Not kept open: whoever tidies up the temp folder may remove the file, and a lock on what was removed locks nothing.
  #open(): { readonly fd: number; readonly id: string } {
    for (;;) {
      const fd = this.#openExisting() ?? this.#create();
      if (fd === undefined) continue;
      const stat = this.#files.stat(fd);
      if (stat?.isFile === true) return { fd, id: stat.id };
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
}
