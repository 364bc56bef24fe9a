import type { Clock } from '../../src/clock.ts';

interface Timer {
  readonly at: number;
  readonly task: () => void;
}

/** A clock that stands still until a test moves it. Times are milliseconds. */
export class SimulatedClock implements Clock {
  #wall: number;
  #monotonic = 0;
  #suspended = 0;
  readonly #timers = new Set<Timer>();

  constructor(wall = Date.UTC(2026, 0, 1)) {
    this.#wall = wall;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  sinceBoot(): number {
    return this.#monotonic + this.#suspended;
  }

  after(delay: number, task: () => void): () => void {
    const timer = { at: this.#monotonic + Math.max(0, delay), task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass, running what falls due in its order; promises settle between two timers. */
  async advance(by: number): Promise<void> {
    const end = this.#monotonic + by;
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#pass(next.at - this.#monotonic);
      next.task();
      await settle();
    }
    this.#pass(end - this.#monotonic);
    await settle();
  }

  /** Sets the wall clock as NTP would: the monotonic clock does not move. */
  stepWallClock(by: number): void {
    this.#wall += by;
  }

  /** What a SIGKILL does to timers. */
  dropTimers(): void {
    this.#timers.clear();
  }

  /** Sends the machine to sleep: no timer runs and the monotonic clock stands still. */
  suspend(by: number): void {
    this.#suspended += by;
    this.#wall += by;
  }

  #pass(by: number): void {
    this.#monotonic += by;
    this.#wall += by;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
