import { defined } from '../defined.ts';
import type { Clock } from '../clock.ts';
import { type ErrorCode, OAuthBrokerError } from '../errors.ts';
import { type RandomBytes, randomCode } from '../random.ts';
import type { Change, Store } from '../store/port.ts';
import { type Attempt, isWaiting } from '../store/records.ts';
import { Turns } from '../turns.ts';
import { attemptIdOf } from './attempt-id.ts';
import type { Attempts, NewAttempt } from './attempts.ts';
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
  /** Milliseconds that a link lives. */
  readonly lifetime: number;
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
  // Two phones that scan one QR at the same moment must not be given the same attempt.
  readonly #turns = new Turns<string>();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  async create(fields: NewAttempt): Promise<Attempt & { readonly linkCode: string }> {
    const linkCode = this.newCode();
    return { ...(await this.#options.attempts.create({ ...fields, linkCode })), linkCode };
  }

  /** A code for a link whose first attempt is made elsewhere. */
  newCode(): string {
    return randomCode(this.#options.random, LINK_CODE_LENGTH);
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
    const last = lastEnded(attempts);
    const failure = new OAuthBrokerError(outcomeOf(last), { attempt: attemptIdOf((last ?? attempt).state) });
    return { attempt, attempts, end: { state: 'failed', failure } };
  }

  /**
   * The attempt of one browser: the one it has already, the untouched first one, or a new one that ends with the link.
   *
   * @param way by which the browser wants to come back
   * @throws OAuthBrokerError `link_unknown`, `attempt_expired`, `attempt_used`, `attempt_cancelled`
   */
  start(
    linkCode: string,
    browser: string,
    way: Pick<NewAttempt, 'method' | 'redirectUri' | 'state'>,
  ): Promise<Attempt> {
    return this.inTurn(linkCode, async () => {
      const { attempts } = this.#options;
      const all = await this.#attemptsOf(linkCode);
      this.#refuseEnded(all);
      const isSame = (one: Attempt): boolean =>
        one.method === way.method && one.redirectUri === way.redirectUri && hasAddressOf(one, way);
      const waiting = all.filter((one) => isWaiting(one) && isSame(one));
      const own = waiting.find((one) => one.browser === browser);
      if (own !== undefined) return own;
      const untouched = waiting.find((one) => one.browser === undefined);
      if (untouched !== undefined) return attempts.bind(untouched, browser);
      return attempts.create({ ...(await this.siblingFields(linkCode)), ...way, browser });
    });
  }

  /** Lets those who start something at one link do so one after the other. */
  inTurn<T>(linkCode: string, work: () => Promise<T>): Promise<T> {
    return this.#turns.take(linkCode, work);
  }

  /**
   * What a further attempt of a link has in common with the first.
   *
   * @throws OAuthBrokerError `link_unknown`, `attempt_expired`, `attempt_used`, `attempt_cancelled`
   */
  async siblingFields(linkCode: string): Promise<Omit<NewAttempt, 'method' | 'redirectUri'>> {
    const all = await this.#attemptsOf(linkCode);
    this.#refuseEnded(all);
    if (all.length >= MOST_ATTEMPTS_PER_LINK) throw new OAuthBrokerError('attempt_used');
    const [first] = all;
    const { mungedId, issuer, tokenOrigin, asker } = first;
    return {
      mungedId,
      linkCode,
      lifetime: this.#timeLeft(first),
      ...defined({ issuer, tokenOrigin, asker }),
    };
  }

  #refuseEnded(all: readonly [Attempt, ...Attempt[]]): void {
    const [first] = all;
    const hasEndedAs = (outcome: ErrorCode | 'connected'): boolean =>
      all.some(({ end }) => end?.outcome === outcome);
    if (hasEndedAs('connected')) throw new OAuthBrokerError('attempt_used');
    if (hasEndedAs('attempt_cancelled')) throw new OAuthBrokerError('attempt_cancelled');
    const hasExpired = first.end?.outcome === 'attempt_expired' || this.#options.attempts.hasExpired(first);
    if ((hasExpired && first.device === undefined) || this.#timeLeft(first) <= 0) {
      throw new OAuthBrokerError('attempt_expired');
    }
  }

  /** Milliseconds; a link outlives a device code that ends early, so that the user can get a new one. */
  #timeLeft({ device, createdAt, expiresAt }: Attempt): number {
    const { clock, lifetime } = this.#options;
    const until = device === undefined ? expiresAt : Math.max(expiresAt, createdAt + lifetime);
    return until - clock.now();
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

function lastEnded(attempts: readonly Attempt[]): Attempt | undefined {
  return attempts
    .filter(({ end }) => end !== undefined)
    .sort((one, other) => (other.end?.at ?? 0) - (one.end?.at ?? 0))[0];
}

function outcomeOf(last: Attempt | undefined): ErrorCode {
  return last?.end === undefined || last.end.outcome === 'connected' ? 'attempt_expired' : last.end.outcome;
}

/** A relay's state names the address of the device, which may have got another one since. */
function hasAddressOf(attempt: Attempt, { method, state }: Pick<NewAttempt, 'method' | 'state'>): boolean {
  return method !== 'relay' || attempt.state.split('.')[1] === state?.split('.')[1];
}
