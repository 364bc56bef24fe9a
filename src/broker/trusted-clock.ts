import type { Clock } from '../clock.ts';

/** Milliseconds; a `Date` header has whole seconds and some network delay, so less than this is agreement. */
const AGREEMENT = 60_000;

interface Sample {
  /** The server's time, milliseconds since the Unix epoch. */
  readonly server: number;
  /** This device's time since boot when that arrived, milliseconds. */
  readonly sinceBoot: number;
}

/**
 * The time by which a token's expiry is judged. A small device has no clock battery and may believe it is 1970 until it
 * reaches a time server; each provider tells its own time with every answer (RFC 9110 §6.6.1), and its tokens are judged
 * by that. One provider's time never counts for another's tokens, so that a wrong one harms only itself.
 */
export class TrustedClock {
  readonly #clock: Clock;
  readonly #builtAt: number;
  readonly #samples = new Map<string, Sample>();

  /** @param builtAt when this program was built, milliseconds since the Unix epoch: it can't be earlier than that */
  constructor(clock: Clock, builtAt: number) {
    this.#clock = clock;
    this.#builtAt = builtAt;
  }

  /** Milliseconds since the Unix epoch, as near to the truth as this device knows it. */
  now(host: string): number {
    const wall = this.#clock.now();
    const sample = this.#samples.get(host);
    if (sample === undefined) return wall;
    const server = sample.server + (this.#clock.sinceBoot() - sample.sinceBoot);
    return Math.abs(wall - server) <= AGREEMENT ? wall : server;
  }

  /** False while nothing may be judged expired: the wall clock is plainly wrong and no server has told its time. */
  isTrusted(host: string): boolean {
    return this.#samples.has(host) || this.#clock.now() >= this.#builtAt;
  }

  /** A clock for one provider's exchanges. */
  at(host: string): Clock {
    return {
      now: () => this.now(host),
      monotonic: () => this.#clock.monotonic(),
      sinceBoot: () => this.#clock.sinceBoot(),
      after: (delay, task) => this.#clock.after(delay, task),
    };
  }

  /** Wraps `fetch` so that every answer's `Date` header is taken in before the answer is judged. */
  watch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (input, init) => {
      const response = await fetch(input, init);
      const server = Date.parse(response.headers.get('date') ?? '');
      const { host } = new URL(input instanceof Request ? input.url : input);
      // A server may be wrong as well; one that claims a time before this program existed certainly is.
      if (server >= this.#builtAt) this.#samples.set(host, { server, sinceBoot: this.#clock.sinceBoot() });
      return response;
    };
  }
}
