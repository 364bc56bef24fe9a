import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { fileErrorCode } from '../files.ts';
import type { ForeignChange } from '../port.ts';
import type { MungedId } from '../records.ts';
import type { StoredChange } from '../stored-change.ts';
import { expectedView, type Outcome, reconcile, showIn, type Shown, withOurs } from './reconcile.ts';
import type { Found, SharedFile } from './shared-file.ts';
import type { Shelf } from './shelf.ts';

/** Milliseconds after which a written file is made durable; the journal is the truth, so that waits for more. */
const SYNC_DELAY = 5_000;
const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 60_000;

export interface MirrorOptions {
  readonly shelf: Shelf;
  readonly file: SharedFile;
  /** Entries that the file may not have, or not durably: the state's own set. */
  readonly unmirrored: ReadonlySet<MungedId>;
  readonly clock: Clock;
  readonly log: Log;
  /** Commits what was found in the file, durably. */
  readonly commit: (changes: readonly StoredChange[]) => Promise<void>;
  /** Notes in the journal that the file durably has these entries. */
  readonly mark: (ids: readonly MungedId[]) => Promise<void>;
  readonly announce: (change: ForeignChange) => void;
}

/** How the file was found, where somebody had touched it. */
type Touched = Exclude<Found, { readonly kind: 'untouched' }>;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Keeps one shared file and the store in line with each other. */
export class Mirror {
  readonly #options: MirrorOptions;
  /** The file as it was left or, before the first look, as it should have been. */
  #view: Map<string, Shown>;
  readonly #dirty: Set<MungedId>;
  #lookAsked = false;
  #waiters: Waiter[] = [];
  #busy = false;
  #closed = false;
  #failures = 0;
  #cancelRetry: (() => void) | undefined;
  #cancelSync: (() => void) | undefined;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#dirty = new Set(options.unmirrored);
    this.#view = expectedView(options.shelf);
  }

  /** Says that the store has changed an entry; the next {@link flush} brings it into the file. */
  touch(mungedId: MungedId): void {
    this.#dirty.add(mungedId);
  }

  /** Resolves when the file has everything that was touched. Rejects with errors of the file layer. */
  flush(): Promise<void> {
    return !this.#busy && this.#dirty.size === 0 ? Promise.resolve() : this.#ask();
  }

  /** Takes in what other programs wrote, and flushes. Rejects with errors of the file layer. */
  look(): Promise<void> {
    this.#lookAsked = true;
    return this.#ask();
  }

  /** After a sign that something in the folder has changed: looks, if this file has. */
  async glance(): Promise<void> {
    try {
      if (this.#options.file.looksTouched()) await this.look();
    } catch {
      // Logged, and tried once more, where it happened.
    }
  }

  /** Stops trying, makes durable what is written and notes it. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry?.();
    this.#cancelSync?.();
    this.#options.file.giveUp();
    await this.#sync();
  }

  #ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      if (!this.#busy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#waiters.length > 0) {
      const waiters = this.#waiters;
      this.#waiters = [];
      try {
        if (this.#lookAsked || this.#dirty.size > 0) await this.#exchange();
        for (const { resolve } of waiters) resolve();
      } catch (error) {
        this.#retryLater(error);
        for (const { reject } of waiters) reject(error);
      }
    }
    this.#busy = false;
  }

  async #exchange(): Promise<void> {
    const { file } = this.#options;
    this.#lookAsked = false;
    let dirty: ReadonlySet<MungedId> = new Set();
    let outcome: Outcome | undefined;
    let undo = (): void => {};
    const known = (key: string): string | undefined => this.#view.get(key)?.text;
    try {
      await file.exchange(known, (found) => {
        dirty = new Set(this.#dirty);
        this.#dirty.clear();
        if (found.kind === 'untouched') {
          const shown = showIn(this.#view, this.#options.shelf, dirty, this.#options.clock.monotonic());
          undo = shown ?? undo;
          return shown === undefined ? undefined : membersOf(this.#view);
        }
        outcome = this.#decide(found, dirty);
        return outcome?.write === true ? membersOf(outcome.view) : undefined;
      });
      if (outcome !== undefined) {
        this.#view = outcome.view;
        await this.#takeIn(outcome);
      }
    } catch (error) {
      // What the file holds now is not certain, or not in the store: the next look reads all of it.
      undo();
      for (const mungedId of dirty) this.#dirty.add(mungedId);
      file.distrust();
      throw error;
    }
    this.#failures = 0;
    this.#syncLater();
  }

  /** What to do about the file as it was found; undefined where there is nothing to do. */
  #decide(found: Touched, dirty: ReadonlySet<MungedId>): Outcome | undefined {
    const { shelf, file, log, clock } = this.#options;
    const now = clock.monotonic();
    if (found.kind === 'changed') {
      return reconcile({ shelf, view: this.#view, entries: found.entries, dirty, now, time: clock.now() });
    }
    if (found.kind === 'damaged') {
      log.warn('A file that Python programs share was damaged; it is made anew.', {
        path: found.aside ?? file.path,
      });
    }
    const all = this.#ours([...dirty, ...shelf.ids()], now);
    return found.kind === 'missing' && all.view.size === 0 ? undefined : all;
  }

  #ours(ids: Iterable<MungedId>, now: number): Outcome {
    const view = withOurs(this.#options.shelf, this.#view, ids, now);
    return { view, write: true, changes: [], foreign: [], rewrite: [] };
  }

  async #takeIn({ changes, foreign, rewrite }: Outcome): Promise<void> {
    const { commit, announce, log } = this.#options;
    if (changes.length > 0) {
      try {
        await commit(changes);
      } catch (error) {
        // Known to nobody but the file: as if it had never been looked at.
        const view = new Map(this.#view);
        for (const { mungedId } of foreign) view.delete(mungedId);
        this.#view = view;
        throw error;
      }
    }
    for (const change of foreign) {
      log.info('Another program changed a shared file.', { mungedId: change.mungedId, reason: change.what });
      announce(change);
    }
    if (rewrite.length === 0) return;
    for (const mungedId of rewrite) this.#dirty.add(mungedId);
    void this.#lookAgain();
  }

  async #lookAgain(): Promise<void> {
    try {
      await this.look();
    } catch {
      // Logged, and tried once more, where it happened.
    }
  }

  #retryLater(error: unknown): void {
    if (this.#closed) return;
    const { clock, log, file } = this.#options;
    const delay = Math.min(FIRST_RETRY * 2 ** this.#failures, LONGEST_RETRY);
    if (this.#failures === 0) {
      log.warn('A file that Python programs share cannot be brought up to date; trying again.', {
        path: file.path,
        reason: fileErrorCode(error) ?? 'unknown',
      });
    }
    this.#failures += 1;
    this.#cancelRetry?.();
    this.#cancelRetry = clock.after(delay, () => void this.#lookAgain());
  }

  #syncLater(): void {
    if (this.#closed || this.#options.unmirrored.size === 0) return;
    this.#cancelSync ??= this.#options.clock.after(SYNC_DELAY, () => {
      this.#cancelSync = undefined;
      void this.#sync();
    });
  }

  async #sync(): Promise<void> {
    const { file, unmirrored, mark } = this.#options;
    const ids = [...unmirrored].filter((mungedId) => !this.#dirty.has(mungedId));
    if (ids.length === 0) return;
    try {
      await file.sync();
      await mark(ids);
    } catch {
      // Then these entries count as not written after a restart, and are written once more.
    }
  }
}

function membersOf(view: ReadonlyMap<string, Shown>): readonly Buffer[] {
  return Array.from(view.values(), ({ member }) => member);
}
