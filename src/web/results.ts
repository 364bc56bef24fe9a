import type { Clock } from '../clock.ts';
import type { ErrorCode, ErrorDetails } from '../errors.ts';
import { type RandomBytes, randomToken } from '../random.ts';

/** How a sign-in ended, as a page shows it. */
export type Result =
  | { readonly outcome: 'connected'; readonly app: string; readonly provider: string }
  | {
      readonly outcome: 'failed';
      readonly code: ErrorCode;
      readonly details: ErrorDetails;
      /** Absent where the response did not name it; then `details` do, as far as it is known. */
      readonly app?: string;
    };

/** Milliseconds that a result page can be loaded again. */
const LIFETIME = 600_000;
const MOST_RESULTS = 256;

/** Results of the last minutes, each under an unguessable name. The oldest give way. */
export class Results {
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #kept = new Map<string, { readonly result: Result; readonly until: number }>();

  constructor(clock: Clock, random: RandomBytes) {
    this.#clock = clock;
    this.#random = random;
  }

  /** @returns the name under which the result is found again */
  keep(result: Result): string {
    this.#forget(MOST_RESULTS - 1);
    const name = randomToken(this.#random);
    this.#kept.set(name, { result, until: this.#clock.monotonic() + LIFETIME });
    return name;
  }

  find(name: string): Result | undefined {
    this.#forget(MOST_RESULTS);
    return this.#kept.get(name)?.result;
  }

  /** Lets go of what is too old, and of the oldest until at most `most` are left. */
  #forget(most: number): void {
    const now = this.#clock.monotonic();
    for (const [name, { until }] of this.#kept) {
      if (until > now && this.#kept.size <= most) return;
      this.#kept.delete(name);
    }
  }
}
