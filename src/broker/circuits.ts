import type { Clock } from '../clock.ts';
import { OAuthBrokerError } from '../errors.ts';
import { retryDelay } from './retry-delays.ts';

/** Failures in a row, of whichever connections, after which a provider is taken to be down. */
const FAILURES_TO_OPEN = 3;

interface Circuit {
  failures: number;
  /** Monotonic milliseconds before which nothing is asked of the provider. */
  closedFrom: number;
}

/** One circuit a provider, so that an outage is not hammered by every connection on its own. */
export class Circuits {
  readonly #clock: Clock;
  /** 0 to 1. */
  readonly #jitter: () => number;
  readonly #byHost = new Map<string, Circuit>();

  constructor(clock: Clock, jitter: () => number) {
    this.#clock = clock;
    this.#jitter = jitter;
  }

  /** Milliseconds until the provider may be asked again; 0 when it may be now. */
  wait(host: string): number {
    const circuit = this.#byHost.get(host);
    return circuit === undefined ? 0 : Math.max(circuit.closedFrom - this.#clock.monotonic(), 0);
  }

  /** @throws OAuthBrokerError `provider_unreachable` with `retry_after` in seconds while the provider rests */
  refuseWhileOpen(host: string): void {
    const wait = this.wait(host);
    if (wait > 0) {
      throw new OAuthBrokerError('provider_unreachable', {
        provider: host,
        retry_after: Math.ceil(wait / 1_000),
      });
    }
  }

  succeeded(host: string): void {
    this.#byHost.delete(host);
  }

  /** @param retryAfter seconds that the provider asked for, if it did; then it is heeded at once */
  failed(host: string, retryAfter?: number): void {
    const failures = (this.#byHost.get(host)?.failures ?? 0) + 1;
    const pause =
      failures >= FAILURES_TO_OPEN || retryAfter !== undefined
        ? retryDelay(Math.max(failures - FAILURES_TO_OPEN + 1, 1), this.#jitter(), retryAfter)
        : 0;
    this.#byHost.set(host, { failures, closedFrom: this.#clock.monotonic() + pause });
  }
}
