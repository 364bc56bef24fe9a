import type { Clock } from '../../clock.ts';
import { OAuthBrokerError } from '../../errors.ts';
import { type Rate, TokenBuckets } from '../../token-buckets.ts';
import type { IncomingTopic } from '../api/incoming.ts';
import type { Message } from '../message.ts';
import { givenMungedId } from './app-ref.ts';

/** Characters of one request, its context included; sessions take a few thousand. */
export const LARGEST_REQUEST = 1024 * 1024;
/** Requests that may be without an answer at once, and what they may hold in all, in characters. */
const MOST_PENDING = 8_192;
const MOST_PENDING_SIZE = 32 * 1024 * 1024;
/** Seconds; what is pending has an answer or a time-out by then. */
const PENDING_WAIT = 5;

/** Apps whose rates are remembered for each type. */
const MOST_APPS = 4_096;

// The bursts are far above what a device with a hundred skills asks for at its start. The rates bound what a program that
// asks without end can write onto a memory card, draw, or send to a provider.
const SIGN_INS: Rate = { burst: 10_000, perSecond: 20 };
const WRITES: Rate = { burst: 1_000, perSecond: 2 };
const DRAWINGS: Rate = { burst: 500, perSecond: 2 };
const EXCHANGES: Rate = { burst: 1_000, perSecond: 1 };
const LISTS: Rate = { burst: 500, perSecond: 10 };

/**
 * How often each type may be asked for: for one app where it names one, else in all. Not limited in all where it is for an
 * app, since who asks can't be told: a flood for one app must not keep the others from signing in. What is not here only
 * looks into memory.
 */
export const RATES = {
  'oauth.register': WRITES,
  'oauth.get': SIGN_INS,
  'oauth.start': SIGN_INS,
  'oauth.generate.qr.request': DRAWINGS,
  'oauth.cancel': WRITES,
  'oauth.refresh': EXCHANGES,
  'oauth.revoke': WRITES,
  'oauth.list': LISTS,
  'oauth.providers': LISTS,
  'ovos.shell.oauth.register.credentials': WRITES,
  'ovos.shell.oauth.authentication.forward': WRITES,
} as const satisfies Readonly<Partial<Record<IncomingTopic, Rate>>>;

/** Keeps a client that sends without end from filling the memory or the disk, and from being in everybody's way. */
export class FloodControl {
  readonly #buckets: ReadonlyMap<string, TokenBuckets>;
  #pending = 0;
  #pendingSize = 0;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#buckets = new Map(
      Object.entries(RATES).map(([topic, rate]) => [topic, new TokenBuckets(rate, clock, MOST_APPS)]),
    );
  }

  /**
   * Lets a request in, or not.
   *
   * @returns to be called once the request has its answer
   * @throws OAuthBrokerError `request_too_large`, `too_many_requests` with `retry_after` in seconds
   */
  admit(topic: IncomingTopic, message: Message): () => void {
    const size = sizeOf(message);
    if (size > LARGEST_REQUEST) throw new OAuthBrokerError('request_too_large');
    if (this.#pending >= MOST_PENDING || this.#pendingSize + size > MOST_PENDING_SIZE) {
      throw new OAuthBrokerError('too_many_requests', { retry_after: PENDING_WAIT });
    }
    const wait = this.#buckets.get(topic)?.take(givenMungedId(message.data) ?? '') ?? 0;
    if (wait > 0) throw new OAuthBrokerError('too_many_requests', { retry_after: wait });
    this.#pending += 1;
    this.#pendingSize += size;
    return () => {
      this.#pending -= 1;
      this.#pendingSize -= size;
    };
  }
}

function sizeOf({ data, context }: Message): number {
  return JSON.stringify(data).length + context.toJson().length;
}
