import type { Clock } from '../clock.ts';
import { defined } from '../defined.ts';
import { OAuthBrokerError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { Change, Store } from '../store/port.ts';
import type { MungedId } from '../store/records.ts';
import { digestOfTokenSet } from '../store/token-digest.ts';
import type { EventLog } from './event-log.ts';

/** Milliseconds between two tries to write what a full or broken disk refused. */
const RETRY_PAUSE = 5_000;

interface Unsaved {
  readonly tokenSet: TokenSet;
  readonly changes: readonly Change[];
}

/**
 * Brings a received token set to the store and, where the disk is full or gone, keeps it in memory until it is back:
 * the provider will not give it a second time.
 */
export class TokenKeeper {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #eventLog: EventLog;
  readonly #log: Log | undefined;
  readonly #unsaved = new Map<MungedId, Unsaved>();
  #cancelRetry: (() => void) | undefined;

  constructor(store: Store, clock: Clock, eventLog: EventLog, log?: Log) {
    this.#store = store;
    this.#clock = clock;
    this.#eventLog = eventLog;
    this.#log = log;
  }

  /** The connection's token set: the one that could not be saved yet, else the store's. */
  async current(mungedId: MungedId): Promise<TokenSet | undefined> {
    return this.#unsaved.get(mungedId)?.tokenSet ?? (await this.#store.token(mungedId));
  }

  /** The connection's token set that could not be saved yet. */
  unsaved(mungedId: MungedId): TokenSet | undefined {
    return this.#unsaved.get(mungedId)?.tokenSet;
  }

  /** Like {@link current}, after a look at what other programs wrote. */
  async reread(mungedId: MungedId): Promise<TokenSet | undefined> {
    return this.#unsaved.get(mungedId)?.tokenSet ?? (await this.#store.reread(mungedId));
  }

  /**
   * Keeps a token set together with `changes`; to be called by whoever has the connection for itself
   * (`Store.exclusively`). Resolves to true when it is durable, to false when it is in memory only
   * for now.
   *
   * @param spent the token set that was spent for it, if one was
   */
  async keep(
    mungedId: MungedId,
    tokenSet: TokenSet,
    changes: readonly Change[],
    spent?: TokenSet,
  ): Promise<boolean> {
    const earlier = this.#unsaved.get(mungedId)?.changes ?? [];
    const replaces = spent === undefined ? undefined : digestOfTokenSet(spent);
    const put: Change = { op: 'put_token', mungedId, tokenSet, ...defined({ replaces }) };
    const all: readonly Change[] = [...earlier, put, ...changes];
    try {
      await this.#store.commit(all, 'synced');
      this.#saved(mungedId);
      return true;
    } catch (error) {
      if (!(error instanceof OAuthBrokerError) || error.code !== 'store_unavailable') throw error;
      this.#unsaved.set(mungedId, { tokenSet, changes: all });
      this.#eventLog.add({ kind: 'token_unsaved', mungedId });
      this.#retryLater();
      return false;
    }
  }

  /** Lets go of what is in memory only: the connection was ended. */
  forget(mungedId: MungedId): void {
    this.#unsaved.delete(mungedId);
  }

  /** A last try to write what is still in memory; says what is lost with the process. */
  async close(): Promise<void> {
    this.#cancelRetry?.();
    await this.#saveAll();
    this.#cancelRetry?.();
    for (const mungedId of this.#unsaved.keys()) {
      this.#log?.error('A token that could not be saved is lost with this process.', { mungedId });
    }
  }

  #retryLater(): void {
    this.#cancelRetry ??= this.#clock.after(RETRY_PAUSE, () => {
      this.#cancelRetry = undefined;
      void this.#saveAll();
    });
  }

  /** Alone with the connection: nothing newer may be under way, and nothing that ends it. */
  async #save(mungedId: MungedId): Promise<void> {
    const unsaved = this.#unsaved.get(mungedId);
    if (unsaved === undefined) return;
    await this.#store.commit(unsaved.changes, 'synced');
    this.#saved(mungedId);
  }

  #saved(mungedId: MungedId): void {
    if (this.#unsaved.delete(mungedId)) this.#eventLog.add({ kind: 'token_saved', mungedId });
  }

  async #saveAll(): Promise<void> {
    for (const mungedId of this.#unsaved.keys()) {
      try {
        await this.#store.replacing(mungedId, () => this.#save(mungedId));
      } catch {
        break;
      }
    }
    if (this.#unsaved.size > 0) this.#retryLater();
  }
}
