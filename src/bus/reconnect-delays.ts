const FIRST = 2_000;
const LONGEST = 30_000;

/** Waits between attempts to connect, in milliseconds: 1–2 s, 2–4 s, 4–8 s, 8–16 s, then 15–30 s for ever. */
export class ReconnectDelays {
  readonly #random: () => number;
  #attempts = 0;

  /** @param random evenly spread over [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  next(): number {
    const ceiling = Math.min(FIRST * 2 ** this.#attempts, LONGEST);
    this.#attempts += 1;
    // Half of it is chance, so that all programs of a device don't come back in the same instant.
    return ceiling * (0.5 + this.#random() / 2);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
