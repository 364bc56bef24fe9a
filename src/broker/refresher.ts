import { asBrokerError, OAuthBrokerError } from '../errors.ts';
import { refreshToken } from '../oauth/refresh.ts';
import type { TokenResult } from '../oauth/token-request.ts';
import { mergeRefreshed, type TokenSet } from '../oauth/token-set.ts';
import type { Change, Store, Turn } from '../store/port.ts';
import type { App, Connection, MungedId } from '../store/records.ts';
import { REVIVAL_DELAYS } from './retry-delays.ts';
import type { Circuits } from './circuits.ts';
import type { Connections } from './connections.ts';
import { hasClientOf } from './credentials.ts';
import { digestOfSecret } from './secret-digest.ts';
import { MIN_VALID_SECONDS, timeLeft } from './expiry.ts';
import type { EventLog } from './event-log.ts';
import { hostOf, type ProviderAccess } from './provider-access.ts';
import type { TokenKeeper } from './token-keeper.ts';
import type { TrustedClock } from './trusted-clock.ts';

export interface RefresherOptions {
  readonly store: Store;
  readonly keeper: TokenKeeper;
  readonly connections: Connections;
  readonly eventLog: EventLog;
  readonly circuits: Circuits;
  readonly clock: TrustedClock;
  readonly access: ProviderAccess;
}

/** Says of a token set that it will do, so that none is asked for when another process was faster. */
export type GoodEnough = (tokenSet: TokenSet) => boolean;

/**
 * Refreshes a grant (RFC 6749 §6): one request at a time for a connection, its intent recorded before and its answer
 * durable before anyone hears of it.
 */
export class Refresher {
  readonly #options: RefresherOptions;
  readonly #underWay = new Map<MungedId, Promise<TokenSet>>();

  constructor(options: RefresherOptions) {
    this.#options = options;
  }

  /** Waits for the requests under way: an answer that is lost now is lost for good. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
  }

  /**
   * Any number of callers at once make one request: a rotated refresh token must not be spent twice (RFC 9700 §4.14.2).
   *
   * @throws OAuthBrokerError `needs_credentials`, `not_connected`, `no_refresh_token`, `invalid_grant`,
   *   `invalid_client`, the codes of the provider's side and of the store
   */
  refresh(app: App, goodEnough?: GoodEnough): Promise<TokenSet> {
    const underWay = this.#underWay.get(app.mungedId);
    if (underWay !== undefined) return underWay;
    const refreshing = this.#refreshInTurn(app, goodEnough).finally(() =>
      this.#underWay.delete(app.mungedId),
    );
    this.#underWay.set(app.mungedId, refreshing);
    return refreshing;
  }

  async #refreshInTurn(app: App, goodEnough: GoodEnough | undefined): Promise<TokenSet> {
    const { store, keeper } = this.#options;
    const asked = goodEnough === undefined ? await keeper.current(app.mungedId) : undefined;
    const isAsNew: GoodEnough = (found) => asked !== undefined && this.#hasCome(app, asked, found);
    return store.exclusively(app.mungedId, (turn) => this.#refresh(app, turn, goodEnough ?? isAsNew));
  }

  /** Another broker had the turn before: what it got is as new as what we would get. */
  #hasCome(app: App, asked: TokenSet, found: TokenSet): boolean {
    const left = timeLeft(found, this.#options.clock.now(hostOf(app)));
    return found.access_token !== asked.access_token && left > MIN_VALID_SECONDS * 1_000;
  }

  async #refresh(app: App, turn: Turn, goodEnough: GoodEnough): Promise<TokenSet> {
    const { store, keeper } = this.#options;
    // A Python skill may have refreshed by itself: what it wrote is taken in before anything is spent.
    const before = await keeper.reread(app.mungedId);
    if (before !== undefined && goodEnough(before)) return before;
    return store.keepingOthersOff(app.mungedId, async () => {
      const now = await keeper.current(app.mungedId);
      // One was at it, and what it got is as new as what we would get.
      if (now !== undefined && now.refresh_token !== before?.refresh_token) return now;
      return this.#spend(app, turn, now);
    });
  }

  async #spend(app: App, turn: Turn, before: TokenSet | undefined): Promise<TokenSet> {
    const { circuits } = this.#options;
    const spent = refreshTokenOf(app, before);
    const host = hostOf(app);
    // Before anything is written: it is tried again and again.
    if (host === '') throw new OAuthBrokerError('endpoint_invalid', { field: 'token_endpoint' });
    circuits.refuseWhileOpen(host);
    await this.#recordIntent(app.mungedId, turn, spent);
    try {
      const fresh = await this.#request(app, turn, spent);
      circuits.succeeded(host);
      return await this.#keep(app, before, fresh);
    } catch (thrown) {
      const error = asBrokerError(thrown);
      this.#options.eventLog.add({ kind: 'renewal_failed', mungedId: app.mungedId, code: error.code });
      return this.#judge(app, before, spent, error);
    }
  }

  async #request(app: App, turn: Turn, spent: string): Promise<TokenResult> {
    const { redirectUri } = (await this.#options.store.connection(app.mungedId)) ?? {};
    const { context, server, client } = await this.#options.access.to(app, redirectUri);
    const fetch: typeof context.fetch = async (input, init) => {
      // Each request by itself: whoever was frozen between two of them has perhaps lost the turn.
      await turn.confirm();
      return context.fetch(input, init);
    };
    return refreshToken({ ...context, fetch }, server, client, { refreshToken: spent });
  }

  async #keep(app: App, before: TokenSet | undefined, fresh: TokenResult): Promise<TokenSet> {
    const { store, keeper, connections } = this.#options;
    const tokenSet = before === undefined ? fresh.tokenSet : mergeRefreshed(before, fresh.tokenSet);
    const stood = (await store.connection(app.mungedId))?.state ?? 'connected';
    const changes: Change[] = [await connections.change(app.mungedId, { state: 'connected' })];
    const current = await store.app(app.mungedId);
    if (current !== undefined && current.learnedAuthentication !== fresh.authentication) {
      changes.push({ op: 'put_app', app: { ...current, learnedAuthentication: fresh.authentication } });
    }
    await keeper.keep(app.mungedId, tokenSet, changes, before);
    this.#options.eventLog.add({ kind: 'renewed', mungedId: app.mungedId });
    if (stood !== 'connected') await connections.announce(app);
    // On a common store another broker may have brought a newer one than this that came late.
    return (await keeper.current(app.mungedId)) ?? tokenSet;
  }

  /** What a failed request means for the connection; returns the token set of a faster program, else throws. */
  async #judge(
    app: App,
    before: TokenSet | undefined,
    spent: string,
    error: OAuthBrokerError,
  ): Promise<TokenSet> {
    const { store, keeper, connections, circuits } = this.#options;
    const host = hostOf(app);
    if (error.kind === 'transient') {
      if (error.code.startsWith('provider_')) circuits.failed(host, error.retryAfter);
      throw error;
    }
    circuits.succeeded(host);
    if (error.code === 'invalid_grant' && before !== undefined) {
      const now = await keeper.reread(app.mungedId);
      if (now !== undefined && now.refresh_token !== spent) return now;
      await this.#quarantine(app, before);
    } else if (error.code === 'invalid_client' && hasClientOf(app, await store.app(app.mungedId))) {
      await connections.transit(app, { state: 'needs_credentials', reason: 'invalid_client' });
    }
    throw error;
  }

  /** Takes a refused token out of use without destroying it: providers have called good tokens invalid before. */
  async #quarantine(app: App, tokenSet: TokenSet): Promise<void> {
    const { store, connections, clock } = this.#options;
    const at = clock.now(hostOf(app));
    const { mungedId } = app;
    const tries = (await store.connection(mungedId))?.revival?.tries ?? 0;
    const delay = REVIVAL_DELAYS[tries];
    const change = await connections.change(mungedId, { state: 'needs_user', reason: 'invalid_grant' });
    const changes: Change[] = [
      { op: 'quarantine_token', token: { mungedId, tokenSet, reason: 'invalid_grant', at } },
      { op: 'delete_token', mungedId },
    ];
    if (change.op === 'put_connection' && delay !== undefined) {
      const revival = { tries, nextAt: at + delay };
      changes.push({ ...change, connection: { ...change.connection, revival } });
    } else changes.push(change);
    await store.commit(changes, 'synced');
    this.#options.keeper.forget(mungedId);
    await connections.announce(app);
  }

  /**
   * Tries a quarantined token once more (see {@link REVIVAL_DELAYS}).
   *
   * @returns true when the provider takes it again
   */
  revive(app: App): Promise<boolean> {
    return this.#options.store.exclusively(app.mungedId, async (turn) => {
      const { store, keeper, circuits, clock } = this.#options;
      // Another broker on the same store may have done it.
      if ((await keeper.reread(app.mungedId)) !== undefined) return false;
      const connection = await store.connection(app.mungedId);
      const [kept] = await store.quarantined(app.mungedId);
      const refreshable = kept?.reason === 'invalid_grant' ? kept.tokenSet.refresh_token : undefined;
      if (connection?.revival === undefined || kept === undefined || refreshable === undefined) return false;
      if (connection.revival.nextAt > clock.now(hostOf(app))) return false;
      try {
        const fresh = await this.#request(app, turn, refreshable);
        circuits.succeeded(hostOf(app));
        await this.#keep(app, kept.tokenSet, fresh);
        return true;
      } catch (thrown) {
        await this.#planNextRevival(app, connection, asBrokerError(thrown));
        return false;
      }
    });
  }

  async #planNextRevival(app: App, connection: Connection, error: OAuthBrokerError): Promise<void> {
    const { store, clock } = this.#options;
    const tries = (connection.revival?.tries ?? 0) + (error.kind === 'transient' ? 0 : 1);
    const delay = REVIVAL_DELAYS[tries];
    const { revival: _done, ...rest } = connection;
    const nextAt = clock.now(hostOf(app)) + (delay ?? 0);
    const next = delay === undefined ? rest : { ...rest, revival: { tries, nextAt } };
    await store.commit([{ op: 'put_connection', connection: next }], 'written');
  }

  async #recordIntent(mungedId: MungedId, turn: Turn, spent: string): Promise<void> {
    const { store, clock } = this.#options;
    const at = clock.now('');
    const before = (await store.connection(mungedId)) ?? { mungedId, state: 'connected', since: at };
    const intent = { spent: digestOfSecret(spent), at };
    try {
      await store.commit([{ op: 'put_connection', connection: { ...before, intent } }], 'synced');
    } catch (error) {
      // A full disk must not let the token die; the intent only matters if the power goes as well.
      if (turn.isShared || asBrokerError(error).code !== 'store_unavailable') throw error;
    }
  }
}

function refreshTokenOf(app: App, tokenSet: TokenSet | undefined): string {
  if (tokenSet === undefined) throw new OAuthBrokerError('not_connected', { app: app.mungedId });
  if (!tokenSet.refresh_token) throw new OAuthBrokerError('no_refresh_token', { app: app.mungedId });
  return tokenSet.refresh_token;
}
