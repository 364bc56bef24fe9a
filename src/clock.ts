import { uptime } from 'node:os';

/** Where the program gets its time from, so that tests can travel in it. */
export interface Clock {
  /** Wall clock, milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds that only ever grow; unaffected by a step of the wall clock. */
  monotonic(): number;
  /** Milliseconds since the machine booted, time in suspend included; unaffected by a step of the wall clock. */
  sinceBoot(): number;
  /** Runs `task` once after `delay` milliseconds; the returned function cancels it. Never keeps the process alive. */
  after(delay: number, task: () => void): () => void;
}

// setTimeout fires at once for anything above 2^31-1 ms, so a longer wait is cut into pieces.
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sinceBoot: () => uptime() * 1_000,
  after(delay, task) {
    let timer: NodeJS.Timeout;
    const wait = (left: number): void => {
      const step = Math.min(left, LONGEST_TIMEOUT);
      timer = setTimeout(() => (left > step ? wait(left - step) : task()), step);
      timer.unref();
    };
    wait(Math.max(0, delay));
    return () => clearTimeout(timer);
  },
};
