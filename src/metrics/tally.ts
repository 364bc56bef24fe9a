import type { EventLog, LoggedEvent } from '../broker/event-log.ts';
import type { Clock } from '../clock.ts';
import { asBrokerError } from '../errors.ts';

/** Exchanges that are remembered until somebody reads them. */
const MOST_EXCHANGES = 2_000;

/** A request to a provider that is over. */
export interface Exchange {
  /** Seconds. */
  readonly duration: number;
  /** `answered`, or the code of what went wrong. */
  readonly outcome: string;
}

/**
 * What is counted from the start, so that whoever reads the metrics first misses nothing; a few numbers, and what writes
 * them for Prometheus is loaded when somebody asks.
 */
export class Tally {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #renewals = new Map<string, number>();
  readonly #signIns = new Map<string, number>();
  #exchanges: Exchange[] = [];

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** By result: `renewed`, or the code of why not. */
  get renewals(): ReadonlyMap<string, number> {
    return this.#renewals;
  }

  /** By outcome: `started`, `connected`, or the code of why not. */
  get signIns(): ReadonlyMap<string, number> {
    return this.#signIns;
  }

  /** Those since the last call. */
  takeExchanges(): readonly Exchange[] {
    const exchanges = this.#exchanges;
    this.#exchanges = [];
    return exchanges;
  }

  /** @returns a function that unsubscribes */
  follow(eventLog: EventLog): () => void {
    return eventLog.subscribe((event) => this.#note(event));
  }

  /** Times what goes through a fetch. */
  timed(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (...request) => {
      const began = this.#clock.monotonic();
      let outcome = 'answered';
      try {
        return await fetch(...request);
      } catch (thrown) {
        outcome = asBrokerError(thrown).code;
        throw thrown;
      } finally {
        const duration = (this.#clock.monotonic() - began) / 1_000;
        if (this.#exchanges.length < MOST_EXCHANGES) this.#exchanges.push({ duration, outcome });
      }
    };
  }

  #note({ kind, code }: LoggedEvent): void {
    if (kind === 'renewed' || kind === 'renewal_failed') count(this.#renewals, code ?? kind);
    else if (kind === 'sign_in_started') count(this.#signIns, 'started');
    else if (kind === 'connected' || kind === 'sign_in_failed') count(this.#signIns, code ?? kind);
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
