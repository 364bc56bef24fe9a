import type { Clock } from '../clock.ts';

export type Wake = 'changed' | 'quiet' | 'closed';

/** Streams that may be open at once, in all and for one address: each holds a connection. */
const MOST_WATCHERS = 64;
const MOST_WATCHERS_PER_ADDRESS = 8;

/** One page that follows a link. What happens while nobody waits is kept for the next wait. */
export class Watcher {
  readonly #clock: Clock;
  readonly #onClose: (watcher: Watcher) => void;
  #pending: Wake | undefined;
  #wake: ((reason: Wake) => void) | undefined;

  constructor(clock: Clock, onClose: (watcher: Watcher) => void) {
    this.#clock = clock;
    this.#onClose = onClose;
  }

  /** Waits for news for at most `patience` milliseconds; after `close()` it is `closed` at once. */
  async next(patience: number): Promise<Wake> {
    if (this.#pending === undefined) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(patience, () => this.#tell('quiet'));
        this.#wake = (reason) => {
          cancel();
          this.#pending = reason;
          resolve();
        };
      });
    }
    const reason = this.#pending ?? 'quiet';
    if (reason !== 'closed') this.#pending = undefined;
    return reason;
  }

  changed(): void {
    this.#tell('changed');
  }

  close(): void {
    if (this.#pending === 'closed') return;
    this.#tell('closed');
    this.#pending = 'closed';
    this.#onClose(this);
  }

  #tell(reason: Wake): void {
    const wake = this.#wake;
    this.#wake = undefined;
    if (wake !== undefined) wake(reason);
    else if (this.#pending !== 'closed' && reason !== 'quiet') this.#pending = reason;
  }
}

/** Tells the pages that follow a link when something happened to it. */
export class Progress {
  readonly #clock: Clock;
  readonly #watchers = new Map<Watcher, { readonly linkCode: string; readonly address: string }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** To be called whenever an attempt of this link ended; an attempt without a link has no page. */
  changed(linkCode: string | undefined): void {
    for (const [watcher, watched] of this.#watchers) {
      if (watched.linkCode === linkCode) watcher.changed();
    }
  }

  /** @returns undefined where too many are watching; the page then asks from time to time instead */
  watch(linkCode: string, address: string): Watcher | undefined {
    const ofAddress = [...this.#watchers.values()].filter((watched) => watched.address === address);
    if (this.#watchers.size >= MOST_WATCHERS || ofAddress.length >= MOST_WATCHERS_PER_ADDRESS)
      return undefined;
    const watcher = new Watcher(this.#clock, (closed) => this.#watchers.delete(closed));
    this.#watchers.set(watcher, { linkCode, address });
    return watcher;
  }

  /** Ends every stream, so that the server can stop. */
  close(): void {
    for (const watcher of this.#watchers.keys()) watcher.close();
  }
}
