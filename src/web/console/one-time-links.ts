import type { Clock } from '../../clock.ts';
import { type RandomBytes, randomCode } from '../../random.ts';

/** 60 bits, so that it can be typed from a terminal; guesses are counted (`guards/link-guessing.ts`). */
const CODE_LENGTH = 12;
/** Milliseconds. */
export const LINK_LIFETIME = 5 * 60_000;
/** Links at once; the oldest gives way. */
const MOST_LINKS = 8;

/** The links that open the console once. In memory only. */
export class OneTimeLinks {
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  /** When each code ends, milliseconds since the machine booted; oldest first. */
  readonly #ends = new Map<string, number>();

  constructor(clock: Clock, random: RandomBytes) {
    this.#clock = clock;
    this.#random = random;
  }

  /** @returns the code, and when it ends in milliseconds since the Unix epoch */
  create(): { readonly code: string; readonly expiresAt: number } {
    this.#sweep(MOST_LINKS - 1);
    const code = randomCode(this.#random, CODE_LENGTH);
    this.#ends.set(code, this.#clock.sinceBoot() + LINK_LIFETIME);
    return { code, expiresAt: this.#clock.now() + LINK_LIFETIME };
  }

  /** Looking uses nothing up: chat programs open the links that are sent through them. */
  isOpen(code: string): boolean {
    this.#sweep(MOST_LINKS);
    return this.#ends.has(code);
  }

  /** @returns true for one caller only */
  use(code: string): boolean {
    this.#sweep(MOST_LINKS);
    return this.#ends.delete(code);
  }

  #sweep(most: number): void {
    const now = this.#clock.sinceBoot();
    for (const [code, end] of this.#ends) {
      if (now < end && this.#ends.size <= most) return;
      this.#ends.delete(code);
    }
  }
}
