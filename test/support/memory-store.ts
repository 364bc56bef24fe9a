import { OAuthBrokerError } from '../../src/errors.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import { OWN_TURN } from '../../src/store/port.ts';
import type {
  Change,
  Claim,
  DueConnections,
  Durability,
  ForeignChange,
  Store,
  Turn,
} from '../../src/store/port.ts';
import {
  type App,
  type Attempt,
  type Connection,
  isWaiting,
  type MungedId,
  type QuarantinedToken,
} from '../../src/store/records.ts';
import { DEVICE_LIMITS, State } from '../../src/store/state.ts';

/**
 * A store without a disk, for rules that are tested over simulated years. It keeps the same contract as the real ones
 * (see `src/test/support/store-contract.ts`) and can be made to refuse writes.
 */
export class MemoryStore implements Store {
  readonly #state = new State();
  readonly #busy = new Map<MungedId, Promise<unknown>>();
  readonly #listeners = new Set<(change: ForeignChange) => void>();
  readonly #unnoticed = new Map<MungedId, TokenSet>();
  /** While true every commit is refused, as on a full disk. */
  isFull = false;

  async open(): Promise<void> {}
  async close(): Promise<void> {}

  async app(mungedId: MungedId): Promise<App | undefined> {
    return this.#state.apps.get(mungedId);
  }

  async apps(): Promise<readonly App[]> {
    return [...this.#state.apps.values()];
  }

  async token(mungedId: MungedId): Promise<TokenSet | undefined> {
    return this.#state.tokens.get(mungedId);
  }

  async tokens(): Promise<ReadonlyMap<MungedId, TokenSet>> {
    return this.#state.tokens;
  }

  async connection(mungedId: MungedId): Promise<Connection | undefined> {
    return this.#state.connections.get(mungedId);
  }

  async connections(): Promise<ReadonlyMap<MungedId, Connection>> {
    return this.#state.connections;
  }

  async quarantined(mungedId: MungedId): Promise<readonly QuarantinedToken[]> {
    return this.#state.quarantine.get(mungedId) ?? [];
  }

  async attempt(state: string): Promise<Attempt | undefined> {
    return this.#state.attempts.get(state);
  }

  async attemptsOfLink(linkCode: string): Promise<readonly Attempt[]> {
    return this.#state.attemptsOfLink(linkCode);
  }

  async attempts(): Promise<readonly Attempt[]> {
    return [...this.#state.attempts.values()];
  }

  readonly mostApps = DEVICE_LIMITS.mostApps;
  readonly largestApps = DEVICE_LIMITS.largestApps;

  async appCount(): Promise<number> {
    return this.#state.apps.size;
  }

  async appsSize(): Promise<number> {
    return this.#state.appsSize;
  }

  async due(): Promise<DueConnections> {
    return { due: this.#state.due() };
  }

  async postpone(): Promise<void> {}

  async showHere(): Promise<void> {}

  async commit(changes: readonly Change[], _durability: Durability): Promise<void> {
    if (this.isFull) throw new OAuthBrokerError('store_unavailable');
    for (const change of changes) this.#state.apply(change);
  }

  async claimAttempt(state: string, at: number): Promise<Claim> {
    const attempt = this.#state.attempts.get(state);
    if (attempt === undefined) return { status: 'unknown' };
    if (!isWaiting(attempt)) return { status: 'used', attempt };
    const claimed = { ...attempt, claimedAt: at };
    await this.commit([{ op: 'put_attempt', attempt: claimed }], 'written');
    return { status: 'claimed', attempt: claimed };
  }

  exclusively<T>(mungedId: MungedId, work: (turn: Turn) => Promise<T>): Promise<T> {
    return this.replacing(mungedId, () => work(OWN_TURN));
  }

  replacing<T>(mungedId: MungedId, work: () => Promise<T>): Promise<T> {
    const turn = (this.#busy.get(mungedId) ?? Promise.resolve()).then(work, work);
    this.#busy.set(mungedId, turn);
    return turn;
  }

  keepingOthersOff<T>(_mungedId: MungedId, work: () => Promise<T>): Promise<T> {
    return work();
  }

  async reread(mungedId: MungedId): Promise<TokenSet | undefined> {
    const unnoticed = this.#unnoticed.get(mungedId);
    this.#unnoticed.delete(mungedId);
    if (unnoticed !== undefined) this.adopt(mungedId, unnoticed);
    return this.token(mungedId);
  }

  onElsewhere(): () => void {
    return () => {};
  }

  onForeignChange(listener: (change: ForeignChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** As {@link adopt}, but noticed only when the store looks. */
  adoptLater(mungedId: MungedId, tokenSet: TokenSet): void {
    this.#unnoticed.set(mungedId, tokenSet);
  }

  /** What a Python program would do: it writes a token set of its own. */
  adopt(mungedId: MungedId, tokenSet: TokenSet): void {
    this.#state.apply({ op: 'adopt_token', mungedId, tokenSet });
    for (const listener of this.#listeners) listener({ mungedId, what: 'token_adopted' });
  }
}
