import { asBrokerError, OAuthBrokerError } from '../errors.ts';
import { revokeToken } from '../oauth/revocation.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import { endpointWith } from '../providers/index.ts';
import type { Change, Store } from '../store/port.ts';
import type { App, Connection, MungedId } from '../store/records.ts';
import { retryDelay } from './retry-delays.ts';
import type { Connections } from './connections.ts';
import type { EventLog } from './event-log.ts';
import { hostOf, type ProviderAccess } from './provider-access.ts';
import type { TokenKeeper } from './token-keeper.ts';
import type { TrustedClock } from './trusted-clock.ts';

/** Milliseconds that whoever asked waits for the provider: Python's `wait_for_response` gives up after 3 s. */
const PATIENCE = 2_000;
/** With the back-off's ceiling of 15 minutes about two days; then the token is left to die by itself. */
const MOST_TRIES = 200;

/**
 * - `revoked`: the provider has confirmed it.
 * - `pending`: it has not yet; the request is repeated.
 * - `local_only`: the provider has no way to revoke that is known here, or refused; the user can at its own page.
 */
export type RevocationOutcome = 'revoked' | 'pending' | 'local_only';

export interface RevokerOptions {
  readonly store: Store;
  readonly keeper: TokenKeeper;
  readonly connections: Connections;
  readonly eventLog: EventLog;
  readonly trusted: TrustedClock;
  readonly access: ProviderAccess;
  /** 0 to 1, a new value at each call. */
  readonly jitter: () => number;
}

/** Ends connections: here at once, at the provider as soon as it can be reached (RFC 7009). */
export class Revoker {
  readonly #options: RevokerOptions;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: RevokerOptions) {
    this.#options = options;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  /** @throws OAuthBrokerError `not_connected`, `store_unavailable`; then nothing has changed */
  async revoke(app: App): Promise<RevocationOutcome> {
    const endpoint = await this.#endpointOf(app);
    await this.#options.store.replacing(app.mungedId, () => this.#removeHere(app, endpoint !== undefined));
    if (endpoint === undefined) return this.#told(app.mungedId, 'local_only');
    const asked: Promise<RevocationOutcome> = this.retry(app).finally(() => this.#underWay.delete(asked));
    this.#underWay.add(asked);
    return Promise.race([asked, this.#patience()]);
  }

  /** Asks the provider (again) to revoke what was removed here. */
  retry(app: App): Promise<RevocationOutcome> {
    const { store } = this.#options;
    return store.exclusively(app.mungedId, async () => {
      const connection = await store.connection(app.mungedId);
      const pending = (await store.quarantined(app.mungedId)).find(
        ({ reason }) => reason === 'revocation_pending',
      );
      if (connection?.revocation === undefined || pending === undefined) return 'revoked';
      try {
        await this.#request(app, pending.tokenSet);
        await this.#settle(connection);
        return this.#told(app.mungedId, 'revoked');
      } catch (thrown) {
        return this.#postpone(connection, asBrokerError(thrown));
      }
    });
  }

  /** What the app says, else the catalogue. */
  async #endpointOf(app: App): Promise<string | undefined> {
    if (app.revocationEndpoint !== undefined) return app.revocationEndpoint;
    const template = (await this.#options.access.providerOf(app))?.endpoints.revocation;
    return template === undefined ? undefined : endpointWith(template, app.providerParameters ?? {});
  }

  async #removeHere(app: App, isRevocable: boolean): Promise<void> {
    const { keeper, connections, trusted } = this.#options;
    const { mungedId } = app;
    const tokenSet = await keeper.current(mungedId);
    if (tokenSet === undefined) throw new OAuthBrokerError('not_connected', { app: mungedId });
    const at = trusted.now(hostOf(app));
    const transition = { state: 'disconnected' } as const;
    const removal: Change[] = [{ op: 'delete_token', mungedId }];
    if (!isRevocable) {
      await connections.transit(app, transition, [...removal, { op: 'delete_quarantined', mungedId }]);
    } else {
      // Kept until the provider has confirmed: after a crash in between there is still something to revoke.
      const token = { mungedId, tokenSet, reason: 'revocation_pending', at } as const;
      const revocation = { tries: 0, nextAt: at };
      await connections.transit(app, { ...transition, revocation }, [
        ...removal,
        { op: 'delete_quarantined', mungedId },
        { op: 'quarantine_token', token },
      ]);
    }
    keeper.forget(mungedId);
  }

  async #request(app: App, tokenSet: TokenSet): Promise<void> {
    const endpoint = await this.#endpointOf(app);
    if (endpoint === undefined) return;
    const { context, server, client } = await this.#options.access.to(app);
    const revoke = (token: string, hint: 'refresh_token' | 'access_token'): Promise<void> =>
      revokeToken(context, server, client, endpoint, { token, hint });
    // A revoked refresh token takes its access tokens along only where the server is kind (RFC 7009 §2.1).
    if (tokenSet.refresh_token !== undefined) await revoke(tokenSet.refresh_token, 'refresh_token');
    await revoke(tokenSet.access_token, 'access_token');
  }

  async #settle({ revocation: _done, ...connection }: Connection): Promise<void> {
    await this.#options.store.commit(
      [
        { op: 'delete_quarantined', mungedId: connection.mungedId },
        { op: 'put_connection', connection },
      ],
      'synced',
    );
  }

  async #postpone(connection: Connection, error: OAuthBrokerError): Promise<RevocationOutcome> {
    const { store, trusted, jitter } = this.#options;
    const tries = (connection.revocation?.tries ?? 0) + 1;
    if (error.kind !== 'transient' || tries >= MOST_TRIES) {
      await this.#settle(connection);
      return this.#told(connection.mungedId, 'local_only');
    }
    const revocation = { tries, nextAt: trusted.now('') + retryDelay(tries, jitter()) };
    await store.commit([{ op: 'put_connection', connection: { ...connection, revocation } }], 'written');
    // Once: with two days of tries nothing else would be seen in the log.
    return tries === 1 ? this.#told(connection.mungedId, 'pending') : 'pending';
  }

  #told(mungedId: MungedId, outcome: RevocationOutcome): RevocationOutcome {
    this.#options.eventLog.add({ kind: 'revoked', mungedId, outcome });
    return outcome;
  }

  async #patience(): Promise<RevocationOutcome> {
    const { trusted } = this.#options;
    await new Promise<void>((resolve) => void trusted.at('').after(PATIENCE, resolve));
    return 'pending';
  }
}
