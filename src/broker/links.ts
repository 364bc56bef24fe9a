import type { Clock } from '../clock.ts';
import { type ErrorCode, OAuthBrokerError } from '../errors.ts';
import { type RandomBytes, randomCode } from '../random.ts';
import type { Change, Store } from '../store/port.ts';
import type { Attempt } from '../store/records.ts';
import type { Attempts, NewAttempt } from './attempts.ts';
import { defined } from './provider-access.ts';
import type { Landing } from './types.ts';

/** Five bits a character: 50 bits, with the web's lock-out out of reach of guessing within a link's ten minutes. */
const LINK_CODE_LENGTH = 10;

/** Phones that can try one QR; each has an attempt of its own. */
const MOST_ATTEMPTS_PER_LINK = 16;

export interface LinksOptions {
  readonly store: Store;
  readonly attempts: Attempts;
  readonly random: RandomBytes;
  readonly clock: Clock;
}

interface LinkView {
  /** The attempt that the link was made with. */
  readonly attempt: Attempt;
  /** Every attempt of the link, oldest first. */
  readonly attempts: readonly Attempt[];
  readonly end: Pick<Landing, 'state' | 'failure'>;
}

/** Short links: what a QR leads to. A link is the attempts that carry its code; it ends when one of them connects. */
export class Links {
  readonly #options: LinksOptions;

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  async create(fields: NewAttempt): Promise<Attempt & { readonly linkCode: string }> {
    const linkCode = randomCode(this.#options.random, LINK_CODE_LENGTH);
    return { ...(await this.#options.attempts.create({ ...fields, linkCode })), linkCode };
  }

  /** @throws OAuthBrokerError `link_unknown` */
  async look(linkCode: string): Promise<LinkView> {
    const attempts = await this.#attemptsOf(linkCode);
    const [attempt] = attempts;
    if (attempts.some(({ end }) => end?.outcome === 'connected')) {
      return { attempt, attempts, end: { state: 'connected' } };
    }
    const waiting = attempts.some((one) => one.end === undefined && !this.#options.attempts.hasExpired(one));
    if (waiting) return { attempt, attempts, end: { state: 'waiting' } };
    const failure = new OAuthBrokerError(lastOutcome(attempts));
    return { attempt, attempts, end: { state: 'failed', failure } };
  }

  /**
   * The attempt of one browser: the one it has already, the untouched first one, or a new one that ends with the link.
   *
   * @param way by which the browser wants to come back; undefined: as the link was made
   * @throws OAuthBrokerError `link_unknown`, `attempt_expired`, `attempt_used`
   */
  async start(
    linkCode: string,
    browser: string,
    way?: Pick<NewAttempt, 'method' | 'redirectUri' | 'state'>,
  ): Promise<Attempt> {
    const { attempts } = this.#options;
    const all = await this.#attemptsOf(linkCode);
    const [first] = all;
    const fields = await this.siblingFields(linkCode);
    const { method, redirectUri } = way ?? first;
    const isSame = (one: Attempt): boolean => one.method === method && one.redirectUri === redirectUri;
    const waiting = all.filter((one) => one.claimedAt === undefined && one.end === undefined && isSame(one));
    const own = waiting.find((one) => one.browser === browser);
    if (own !== undefined) return own;
    const untouched = waiting.find((one) => one.browser === undefined);
    if (untouched !== undefined) return attempts.bind(untouched, browser);
    return attempts.create({ ...fields, ...(way ?? { method, redirectUri }), browser });
  }

  /**
   * What a further attempt of a link has in common with the first.
   *
   * @throws OAuthBrokerError `link_unknown`, `attempt_expired`, `attempt_used`
   */
  async siblingFields(linkCode: string): Promise<Omit<NewAttempt, 'method' | 'redirectUri'>> {
    const { attempts, clock } = this.#options;
    const all = await this.#attemptsOf(linkCode);
    const [{ mungedId, issuer, asker, expiresAt, end }] = all;
    const lifetime = expiresAt - clock.now();
    if (attempts.hasExpired(all[0]) || end?.outcome === 'attempt_expired' || lifetime <= 0) {
      throw new OAuthBrokerError('attempt_expired');
    }
    if (all.some((one) => one.end?.outcome === 'connected') || all.length >= MOST_ATTEMPTS_PER_LINK) {
      throw new OAuthBrokerError('attempt_used');
    }
    return { mungedId, linkCode, lifetime, ...defined({ issuer, asker }) };
  }

  /** The changes that end the other attempts of a link of which `attempt` has connected. */
  async endSiblings(attempt: Attempt): Promise<Change[]> {
    if (attempt.linkCode === undefined) return [];
    const all = await this.#options.store.attemptsOfLink(attempt.linkCode);
    return all
      .filter((one) => one.state !== attempt.state && one.end === undefined)
      .map((one) => this.#options.attempts.endChange(one, 'attempt_used'));
  }

  async #attemptsOf(linkCode: string): Promise<readonly [Attempt, ...Attempt[]]> {
    const [first, ...others] = await this.#options.store.attemptsOfLink(linkCode);
    if (first === undefined) throw new OAuthBrokerError('link_unknown');
    return [first, ...others];
  }
}

function lastOutcome(attempts: readonly Attempt[]): ErrorCode {
  const last = attempts
    .map(({ end }) => end)
    .filter((end) => end !== undefined)
    .sort((one, other) => other.at - one.at)[0];
  return last === undefined || last.outcome === 'connected' ? 'attempt_expired' : last.outcome;
}
