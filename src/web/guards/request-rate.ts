import type { Clock } from '../../clock.ts';
import { OAuthBrokerError } from '../../errors.ts';
import type { WebMiddleware } from '../env.ts';
import { partyOf } from './address.ts';
import { TokenBuckets } from '../../token-buckets.ts';

const PER_ADDRESS = { burst: 300, perSecond: 30 };
const IN_ALL = { burst: 1200, perSecond: 240 };

/**
 * Slows down who asks for too much. What belongs to a callback is not counted here, but by {@link CallbackMisses}: a
 * provider's answer comes once and can't be asked for again, and an unknown state costs a single look-up.
 *
 * @throws OAuthBrokerError `too_many_requests`
 */
export function requestRate(clock: Clock): WebMiddleware {
  const byAddress = new TokenBuckets(PER_ADDRESS, clock);
  const inAll = new TokenBuckets(IN_ALL, clock, 1);
  return async (c, next) => {
    if (!c.req.path.startsWith('/auth/')) {
      const wait = byAddress.take(partyOf(c.env?.remoteAddress)) || inAll.take('');
      if (wait > 0) throw new OAuthBrokerError('too_many_requests', { retry_after: wait });
    }
    await next();
  };
}
