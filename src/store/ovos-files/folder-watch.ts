import type { Clock } from '../../clock.ts';
import type { Files } from '../files.ts';

/** Milliseconds; one write of Python's is several events, and until we look others may read what a stale copy put back. */
const SETTLE = 5;
/** Milliseconds between two looks for a folder that is not there. */
const MISSING = 1_000;
/** Milliseconds between two checks that need no event: the folder may have been replaced, or events may be missing. */
const ROUND = 60_000;

/** Says when something in a folder may have changed, also after the folder itself was removed and made again. */
export class FolderWatch {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #folder: string;
  readonly #listener: () => void;
  #watched: string | undefined;
  #unwatch: (() => void) | undefined;
  #cancelSettle: (() => void) | undefined;
  #cancelRound: (() => void) | undefined;

  constructor(options: { files: Files; clock: Clock; folder: string; listener: () => void }) {
    this.#files = options.files;
    this.#clock = options.clock;
    this.#folder = options.folder;
    this.#listener = options.listener;
  }

  start(): void {
    this.#watch();
    this.#cancelRound = this.#clock.after(ROUND, () => {
      this.#listener();
      this.start();
    });
  }

  stop(): void {
    this.#cancelRound?.();
    this.#cancelSettle?.();
    this.#end();
  }

  #watch(): void {
    const id = this.#idOfFolder();
    if (id !== undefined && id === this.#watched) return;
    this.#end();
    if (id === undefined) {
      // Whoever writes next makes it again.
      this.#settle(MISSING);
      return;
    }
    try {
      this.#unwatch = this.#files.watch(
        this.#folder,
        () => this.#settle(SETTLE),
        () => this.#end(),
      );
      this.#watched = id;
    } catch {
      // No more watches to be had: the rounds have to do.
    }
  }

  #settle(pause: number): void {
    this.#cancelSettle ??= this.#clock.after(pause, () => {
      this.#cancelSettle = undefined;
      this.#listener();
      this.#watch();
    });
  }

  #end(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#watched = undefined;
  }

  #idOfFolder(): string | undefined {
    try {
      return this.#files.stat(this.#folder)?.id;
    } catch {
      return undefined;
    }
  }
}
