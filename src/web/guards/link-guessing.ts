import type { Clock } from '../../clock.ts';
import { OAuthBrokerError } from '../../errors.ts';
import { partyOf } from './address.ts';
import { TokenBuckets } from '../../token-buckets.ts';

// Room for a mistyped code or a bookmarked old link; after that one guess in half a minute.
const PER_ADDRESS = { burst: 10, perSecond: 1 / 30 };
const IN_ALL = { burst: 200, perSecond: 1 };

/**
 * Locks out who tries link codes that do not exist. Once all addresses together have missed too often, every address
 * that has missed of late is locked out as well; one that never did still gets in.
 */
export class LinkGuessing {
  readonly #byAddress: TokenBuckets;
  readonly #inAll: TokenBuckets;

  constructor(clock: Clock) {
    this.#byAddress = new TokenBuckets(PER_ADDRESS, clock);
    this.#inAll = new TokenBuckets(IN_ALL, clock, 1);
  }

  /** To be asked before a code is looked up. @throws OAuthBrokerError `too_many_requests` */
  refuseGuesser(address: string | undefined): void {
    const party = partyOf(address);
    const wait = this.#byAddress.wait(party) || (this.#byAddress.isTouched(party) ? this.#inAll.wait('') : 0);
    if (wait > 0) throw new OAuthBrokerError('too_many_requests', { retry_after: wait });
  }

  missed(address: string | undefined): void {
    this.#byAddress.take(partyOf(address));
    this.#inAll.take('');
  }
}
