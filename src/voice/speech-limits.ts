import type { Clock } from '../clock.ts';

/** Sentences that may follow each other at once, and the milliseconds after which one more may. */
const BURST = 5;
const RECOVERY = 20_000;

/** Keys that are remembered; the one that is silent longest goes first. */
const MOST_KEYS = 256;

/** Keeps the device from chattering: nothing is said twice within a while, and not much altogether. */
export class SpeechLimits {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #lastSaid = new Map<string, number>();
  #left = BURST;
  #countedAt: number;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#countedAt = clock.monotonic();
  }

  /**
   * Whether it may be said now; then it counts as said.
   *
   * @param what one key for each app and kind of sentence
   * @param pause milliseconds within which the same is not said again
   */
  take(what: string, pause: number): boolean {
    return this.takeFresh([what], pause).length > 0;
  }

  /** Those of `whats`, to be said in one sentence, that may be said now; they count as said. */
  takeFresh(whats: readonly string[], pause: number): readonly string[] {
    const fresh = whats.filter((what) => this.#isFresh(what, pause));
    const now = this.#clock.monotonic();
    this.#left = Math.min(BURST, this.#left + (now - this.#countedAt) / RECOVERY);
    this.#countedAt = now;
    if (fresh.length === 0 || this.#left < 1) return [];
    this.#left -= 1;
    for (const what of fresh) this.#remember(what);
    return fresh;
  }

  /** As {@link take}, for what follows from something that was said: it is kept from repeating itself alone. */
  takeFollowing(what: string, pause: number): boolean {
    const isFresh = this.#isFresh(what, pause);
    if (isFresh) this.#remember(what);
    return isFresh;
  }

  #isFresh(what: string, pause: number): boolean {
    const last = this.#lastSaid.get(what);
    return last === undefined || this.#clock.monotonic() - last >= pause;
  }

  #remember(what: string): void {
    this.#lastSaid.delete(what);
    this.#lastSaid.set(what, this.#clock.monotonic());
    for (const oldest of this.#lastSaid.keys()) {
      if (this.#lastSaid.size <= MOST_KEYS) break;
      this.#lastSaid.delete(oldest);
    }
  }
}
