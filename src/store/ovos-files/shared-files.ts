import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Files } from '../files.ts';
import { closeToOthers } from '../own-files.ts';
import type { Durability, ForeignChange } from '../port.ts';
import type { State } from '../state.ts';
import type { StoredChange } from '../stored-change.ts';
import type { CallbackEndpoint } from './app-entry.ts';
import { FolderWatch } from './folder-watch.ts';
import { Mirror } from './mirror.ts';
import { PYTHON_REFRESH } from './python-refresh.ts';
import { SharedFile } from './shared-file.ts';
import type { Sharing } from './sharing.ts';
import { appShelf, type Shelf, tokenShelf } from './shelf.ts';

/** Milliseconds for which an announcement waits while a Python program sits on the lock. */
const PATIENCE = 2_000;
/** Milliseconds between two looks whether it is done. */
const LOOK_AGAIN = 50;
/** Milliseconds for which Python programs may be kept waiting for the tokens. */
const LONGEST_CLOSED = 2_000;

export interface SharedFilesOptions {
  readonly cacheDir: string;
  readonly tempDir: string;
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  readonly state: State;
  readonly callbackEndpoint: CallbackEndpoint;
  readonly sharing: Sharing;
  readonly append: (changes: readonly StoredChange[], durability: Durability) => Promise<void>;
  readonly announce: (change: ForeignChange) => void;
}

/** The two files that Python programs share, kept in line with the state in both directions. */
export class SharedFiles {
  readonly #options: SharedFilesOptions;
  readonly #tokenFile: SharedFile;
  readonly #appFile: SharedFile;
  readonly #tokens: Mirror;
  readonly #apps: Mirror;
  readonly #watch: FolderWatch;
  /** Somebody sits on a lock: then only the first who notices waits. */
  #late = false;

  constructor(options: SharedFilesOptions) {
    this.#options = options;
    const tokens = tokenShelf(options.state, options.sharing);
    const apps = appShelf(options.state, options.sharing, options.callbackEndpoint);
    this.#tokenFile = this.#file(tokens);
    this.#tokens = this.#mirror(tokens, this.#tokenFile);
    this.#appFile = this.#file(apps);
    this.#apps = this.#mirror(apps, this.#appFile);
    this.#watch = new FolderWatch({
      ...options,
      folder: options.cacheDir,
      listener: () => {
        void this.#tokens.glance();
        void this.#apps.glance();
      },
    });
  }

  /**
   * Takes in what is in the files and brings them up to date.
   *
   * @throws OAuthBrokerError `store_unavailable` where nothing is to be shared and that can't be noted
   */
  async open(): Promise<void> {
    const { files, cacheDir, log, sharing } = this.#options;
    if (sharing === 'off') await this.#withdraw();
    try {
      files.makeFolder(cacheDir, 0o700);
    } catch {
      log.warn('The folder that Python programs share cannot be made.', { path: cacheDir });
    }
    closeToOthers(files, cacheDir, 0o775);
    if (sharing !== 'off')
      for (const { path } of [this.#tokenFile, this.#appFile]) closeToOthers(files, path, 0o600);
    await this.#patiently(Promise.all([this.#tokens.look(), this.#apps.look()]));
    this.#watch.start();
  }

  async close(): Promise<void> {
    this.#watch.stop();
    await this.bringUpToDate();
    await Promise.all([this.#tokens.close(), this.#apps.close()]);
  }

  /** Hears of a change that was committed. */
  follow(change: StoredChange): void {
    if (this.#options.sharing === 'off') return;
    if (change.op === 'put_token' || change.op === 'delete_token') this.#tokens.touch(change.mungedId);
    else if (change.op === 'put_app') this.#apps.touch(change.app.mungedId);
    else if (change.op === 'delete_app') this.#apps.touch(change.mungedId);
  }

  /** Resolves when the files have what was committed, or goes on in the background when that takes too long. */
  async bringUpToDate(): Promise<void> {
    await this.#patiently(Promise.all([this.#tokens.flush(), this.#apps.flush()]));
  }

  /** Takes in what other programs have done to the token file. */
  async lookAtTokens(): Promise<void> {
    await this.#patiently(this.#tokens.look());
  }

  /**
   * Runs `work` while Python programs have to wait with reading the tokens, for two seconds at most. One that may be
   * refreshing a token by itself is waited for before, likewise.
   *
   * @param isWaitedFor says whether that still matters
   */
  async keepOthersOff<T>(isWaitedFor: () => boolean, work: () => Promise<T>): Promise<T> {
    const { clock } = this.#options;
    const until = clock.monotonic() + PYTHON_REFRESH;
    const mustWait = (): boolean => isWaitedFor() && this.#isPythonAtIt() && clock.monotonic() < until;
    for (;;) {
      await this.lookAtTokens();
      while (mustWait()) {
        await new Promise<void>((resolve) => void clock.after(LOOK_AGAIN, resolve));
        await this.lookAtTokens();
      }
      const closed = this.#tokenFile.keepLocked(LONGEST_CLOSED);
      await this.#patiently(closed);
      try {
        // One may have slipped in while the lock was waited for.
        await this.lookAtTokens();
        if (!mustWait()) return await work();
      } finally {
        void this.#settle(closed.then((open) => open()));
      }
    }
  }

  #isPythonAtIt(): boolean {
    const { touchedAt } = this.#tokenFile;
    if (touchedAt === undefined) return false;
    const age = this.#options.clock.now() - touchedAt;
    return age >= 0 && age < PYTHON_REFRESH;
  }

  /** Notes that the files have nothing of ours any longer: what is missing there later was not removed by its owner. */
  async #withdraw(): Promise<void> {
    const { state, append } = this.#options;
    const { tokens, apps } = state.shared;
    const changes: StoredChange[] = [];
    for (const [mungedId, app] of state.apps) {
      if (!apps.unmirrored.has(mungedId)) changes.push({ op: 'put_app', app });
    }
    for (const [mungedId, tokenSet] of state.tokens) {
      if (!tokens.unmirrored.has(mungedId)) changes.push({ op: 'put_token', mungedId, tokenSet });
    }
    if (changes.length > 0) await append(changes, 'synced');
  }

  #file(shelf: Shelf): SharedFile {
    const { cacheDir, tempDir, files, clock } = this.#options;
    const file = new SharedFile({
      files,
      clock,
      path: join(cacheDir, shelf.fileName),
      lockPath: join(tempDir, `${shelf.fileName}.lock`),
    });
    file.tidy();
    return file;
  }

  #mirror(shelf: Shelf, file: SharedFile): Mirror {
    const { clock, log, state, sharing, append, announce } = this.#options;
    return new Mirror({
      shelf,
      file,
      // What is not shared waits for nothing.
      unmirrored: sharing === 'off' ? new Set() : state.shared[shelf.name].unmirrored,
      clock,
      log,
      commit: (changes) => append(changes, 'synced'),
      mark: (ids) => append([{ op: 'mirrored', file: shelf.name, ids }], 'written'),
      announce,
    });
  }

  /** Waits for `work`, but not for long, and not for the next one that is stuck behind the same lock. */
  async #patiently(work: Promise<unknown>): Promise<void> {
    const { clock, log, tempDir } = this.#options;
    const done = this.#settle(work);
    if (this.#late) return;
    let cancel: (() => void) | undefined;
    const late = new Promise<'late'>((resolve) => {
      cancel = clock.after(PATIENCE, () => resolve('late'));
    });
    const first = await Promise.race([done, late]);
    cancel?.();
    if (first !== 'late' || this.#late) return;
    this.#late = true;
    log.warn('A Python program holds the lock of a shared file; the file follows later.', { path: tempDir });
  }

  async #settle(work: Promise<unknown>): Promise<void> {
    try {
      await work;
      this.#late = false;
    } catch {
      // Nobody need wait for it: it is logged, and tried again, where it happened.
    }
  }
}
