import type { Clock } from '../../clock.ts';
import type { OAuthBrokerError } from '../../errors.ts';

/** Milliseconds from a registration that failed for want of the network to the next `oauth.ping`. */
const FIRST_PAUSE = 30_000;
const LONGEST_PAUSE = 15 * 60_000;

/**
 * Skills register when they load, which on a device is often before its network is up, and an issuer can't be asked
 * then. They register again when they hear `oauth.ping`: it is sent again until none of them has failed.
 */
export class PingAgain {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #ping: () => void;
  readonly #failed = new Set<string>();
  #pause = FIRST_PAUSE;
  #cancel: (() => void) | undefined;

  constructor(clock: Pick<Clock, 'after'>, ping: () => void) {
    this.#clock = clock;
    this.#ping = ping;
  }

  registered(mungedId: string): void {
    if (!this.#failed.delete(mungedId) || this.#failed.size > 0) return;
    this.stop();
    this.#pause = FIRST_PAUSE;
  }

  failed(mungedId: string, error: OAuthBrokerError): void {
    if (error.kind !== 'transient' || !error.code.startsWith('provider_')) return;
    this.#failed.add(mungedId);
    this.#cancel ??= this.#clock.after(this.#pause, () => {
      this.#cancel = undefined;
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
      this.#ping();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
