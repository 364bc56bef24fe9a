import type { Clock } from '../../clock.ts';
import { type ErrorCode, OAuthBrokerError } from '../../errors.ts';
import { TokenBuckets } from '../../token-buckets.ts';
import { partyOf } from './address.ts';

/** Room for a family that reloads old tabs; after that one answer to nobody's question in two seconds. */
const PER_ADDRESS = { burst: 60, perSecond: 1 / 2 };

/** What a callback ends in that belongs to no sign-in waiting for it. */
const MISSES: ReadonlySet<ErrorCode> = new Set([
  'attempt_unknown',
  'attempt_used',
  'attempt_expired',
  'attempt_foreign',
  'attempt_other_browser',
  'callback_malformed',
]);

/**
 * Tires of those who bring answers that nobody waits for. An answer that is waited for is never counted or refused,
 * whoever else floods, be it from the same address: a provider's answer comes once and can't be asked for again.
 */
export class CallbackMisses {
  readonly #byAddress: TokenBuckets;

  constructor(clock: Clock) {
    this.#byAddress = new TokenBuckets(PER_ADDRESS, clock);
  }

  /**
   * To be asked with how a callback has failed.
   *
   * @throws OAuthBrokerError `too_many_requests` where this address has missed too often to be given a page of its own
   */
  note(address: string | undefined, code: ErrorCode): void {
    if (!MISSES.has(code)) return;
    const wait = this.#byAddress.take(partyOf(address));
    if (wait > 0) throw new OAuthBrokerError('too_many_requests', { retry_after: wait });
  }
}
