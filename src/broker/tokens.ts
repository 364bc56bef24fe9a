import type { Clock } from '../clock.ts';
import { asBrokerError, OAuthBrokerError } from '../errors.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { RandomBytes } from '../random.ts';
import type { Store } from '../store/port.ts';
import type { App, Connection, Use } from '../store/records.ts';
import type { Apps } from './apps.ts';
import { Circuits } from './circuits.ts';
import type { Connections } from './connections.ts';
import type { EventLog } from './event-log.ts';
import { needsCredentials } from './credentials.ts';
import { MIN_VALID_SECONDS, timeLeft } from './expiry.ts';
import { manageUrlOf } from './manage-url.ts';
import { hostOf, type ProviderAccess } from './provider-access.ts';
import { RefreshSchedule } from './refresh-schedule.ts';
import { Refresher } from './refresher.ts';
import { type RevocationOutcome, Revoker } from './revoker.ts';
import type { TokenKeeper } from './token-keeper.ts';
import type { TrustedClock } from './trusted-clock.ts';
import type { AppRef, SignedIn, TokenWish } from './types.ts';

export interface TokensOptions {
  readonly store: Store;
  readonly apps: Apps;
  readonly connections: Connections;
  readonly eventLog: EventLog;
  readonly keeper: TokenKeeper;
  readonly clock: Clock;
  readonly trusted: TrustedClock;
  readonly random: RandomBytes;
  readonly access: ProviderAccess;
}

export interface Revoked {
  readonly app: App;
  readonly outcome: RevocationOutcome;
  /** Where the user can look, or take the grant back by hand. */
  readonly manageUrl?: string;
}

/** Access tokens that work: handed out, and kept alive. */
export class Tokens {
  readonly #options: TokensOptions;
  readonly #refresher: Refresher;
  readonly #revoker: Revoker;
  readonly #schedule: RefreshSchedule;

  constructor(options: TokensOptions) {
    const { store, connections, eventLog, keeper, clock, trusted, access, random } = options;
    const jitter = (): number => (random(1)[0] ?? 0) / 256;
    const circuits = new Circuits(clock, jitter);
    this.#options = options;
    this.#refresher = new Refresher({
      store,
      keeper,
      connections,
      eventLog,
      circuits,
      clock: trusted,
      access,
    });
    this.#revoker = new Revoker({ store, keeper, connections, eventLog, trusted, access, jitter });
    this.#schedule = new RefreshSchedule({
      store,
      keeper,
      connections,
      clock,
      trusted,
      jitter,
      refresher: this.#refresher,
      revoker: this.#revoker,
    });
  }

  async open(): Promise<void> {
    await this.#schedule.open();
  }

  async close(): Promise<void> {
    await this.#schedule.close();
    await Promise.all([this.#refresher.close(), this.#revoker.close()]);
  }

  /** A token set came, went or changed. */
  changed(): void {
    this.#schedule.poke();
  }

  /**
   * An access token that is valid for as long as the caller wishes, refreshed first if need be.
   *
   * @throws OAuthBrokerError `unknown_app`, `needs_credentials`, `not_connected`, `no_refresh_token`, `invalid_grant`,
   *   `insufficient_scope`, and the transient codes of the provider's side, with `retry_after` in seconds where known
   */
  async get(ref: AppRef, wish: TokenWish = {}): Promise<SignedIn> {
    const app = await this.#options.apps.find(ref);
    let outcome: Use['outcome'] = 'refused';
    try {
      const signedIn = await this.#get(app, wish);
      outcome = 'given';
      this.#options.connections.used(app.mungedId);
      return signedIn;
    } finally {
      const { store, clock } = this.#options;
      store.common?.noteUse({
        mungedId: app.mungedId,
        asker: wish.asker ?? '',
        outcome,
        at: clock.now(),
      });
    }
  }

  async #get(app: App, wish: TokenWish): Promise<SignedIn> {
    const tokenSet = await this.#options.keeper.current(app.mungedId);
    if (tokenSet === undefined) throw await this.#whyNotConnected(app);
    refuseMissingScope(app, tokenSet, wish.scope);
    const least = (wish.minValidSeconds ?? MIN_VALID_SECONDS) * 1_000;
    if (this.#isSurelyValid(app, tokenSet, least)) return { app, tokenSet };
    if (needsCredentials(app)) throw new OAuthBrokerError('needs_credentials', { app: app.mungedId });
    try {
      const fresh = await this.#refresher.refresh(app, (other) => this.#isSurelyValid(app, other, least));
      return { app, tokenSet: fresh };
    } catch (thrown) {
      const error = asBrokerError(thrown);
      // A token with little time left, or of which nobody knows, is better than none while nothing can renew it.
      const isFinal = error.kind !== 'transient' && error.code !== 'no_refresh_token';
      if (isFinal || !this.#mayBeValid(app, tokenSet)) throw error;
      return { app, tokenSet };
    } finally {
      this.#schedule.poke();
    }
  }

  /**
   * Gets a new access token whatever the old one's state.
   *
   * @throws OAuthBrokerError as {@link get}
   */
  async refresh(ref: AppRef): Promise<SignedIn> {
    const app = await this.#options.apps.find(ref);
    try {
      const tokenSet = await this.#refresher.refresh(app);
      this.#options.connections.used(app.mungedId);
      return { app, tokenSet };
    } catch (thrown) {
      const error = asBrokerError(thrown);
      throw error.code === 'not_connected' ? await this.#whyNotConnected(app) : error;
    } finally {
      this.#schedule.poke();
    }
  }

  /** When a token set is due to be renewed, milliseconds since the Unix epoch; undefined: never. */
  nextRefresh(app: App, tokenSet: TokenSet, connection?: Connection): number | undefined {
    return this.#schedule.nextRefresh(app, tokenSet, connection);
  }

  /**
   * Ends a connection, here at once and at the provider as soon as it can be reached.
   *
   * @throws OAuthBrokerError `unknown_app`, `not_connected`, `store_unavailable`
   */
  async revoke(ref: AppRef): Promise<Revoked> {
    const app = await this.#options.apps.find(ref);
    const outcome = await this.#revoker.revoke(app);
    this.#schedule.poke();
    const manageUrl = manageUrlOf(app, await this.#options.access.providerOf(app));
    return { app, outcome, ...(manageUrl === undefined ? {} : { manageUrl }) };
  }

  #isSurelyValid(app: App, tokenSet: TokenSet, least: number): boolean {
    const { trusted } = this.#options;
    const host = hostOf(app);
    const left = timeLeft(tokenSet, trusted.now(host));
    return left === Number.POSITIVE_INFINITY || (trusted.isTrusted(host) && left > least);
  }

  /** While the clock is plainly wrong nothing is judged expired. */
  #mayBeValid(app: App, tokenSet: TokenSet): boolean {
    return !this.#options.trusted.isTrusted(hostOf(app)) || this.#isSurelyValid(app, tokenSet, 0);
  }

  async #whyNotConnected(app: App): Promise<OAuthBrokerError> {
    const { state, reason } = await this.#options.connections.view(app);
    if (state === 'needs_credentials')
      return new OAuthBrokerError('needs_credentials', { app: app.mungedId });
    if (reason === 'moved') return new OAuthBrokerError('moved', { app: app.mungedId });
    if (reason === 'invalid_grant') {
      return new OAuthBrokerError('invalid_grant', { app: app.mungedId, provider: hostOf(app) });
    }
    return new OAuthBrokerError('not_connected', { app: app.mungedId });
  }
}

function refuseMissingScope(app: App, tokenSet: TokenSet, wanted: string | undefined): void {
  if (wanted === undefined) return;
  // RFC 6749 §5.1: without a scope in the answer, what was asked for was granted.
  const granted = new Set((tokenSet.scope ?? app.scope ?? '').split(/[\s,]+/));
  const missing = wanted.split(/\s+/).filter((scope) => scope !== '' && !granted.has(scope));
  if (missing.length > 0) {
    throw new OAuthBrokerError('insufficient_scope', { app: app.mungedId, scope: missing.join(' ') });
  }
}
