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

/** Milliseconds: the steps in which Linux tells the time since boot. */
const UPTIME_STEP = 10;
let read = { sinceBoot: 0, at: Number.NEGATIVE_INFINITY };

/** Node opens /proc/uptime for it each time: a quarter of the CPU time of an `oauth.token.get` went there. */
function sinceBoot(): number {
  const at = performance.now();
  if (at - read.at >= UPTIME_STEP) read = { sinceBoot: uptime() * 1_000, at };
  return read.sinceBoot;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sinceBoot,
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
