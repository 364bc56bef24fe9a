import type { Clock } from './clock.ts';

/** How often something may happen: `burst` times at once, then `perSecond`. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A token bucket for each key. One that is full again is as good as none, and is forgotten when its turn comes; of more
 * than `most` keys the one that was quiet longest.
 */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #most: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, clock: Pick<Clock, 'monotonic'>, most = 1024) {
    this.#rate = rate;
    this.#clock = clock;
    this.#most = most;
  }

  /** Takes a token, if there is one, and returns the seconds to wait for one: 0 where it was taken. */
  take(key: string): number {
    const wait = this.wait(key);
    if (wait > 0) return wait;
    const bucket = this.#filled(key);
    bucket.tokens -= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= this.#most && this.isTouched(oldest)) break;
      this.#buckets.delete(oldest);
    }
    return 0;
  }

  /** Seconds until `take` will succeed, rounded up; 0 if it would now. */
  wait(key: string): number {
    const { tokens } = this.#filled(key);
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / this.#rate.perSecond);
  }

  /** True while the key's bucket is not full, so something was taken of late. */
  isTouched(key: string): boolean {
    return this.#filled(key).tokens < this.#rate.burst;
  }

  #filled(key: string): Bucket {
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return { tokens: this.#rate.burst, at: now };
    const earned = ((now - bucket.at) / 1000) * this.#rate.perSecond;
    return { tokens: Math.min(this.#rate.burst, bucket.tokens + earned), at: now };
  }
}
