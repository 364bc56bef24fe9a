import type { TokenSet } from '../oauth/token-set.ts';
import type { App, Attempt, Connection, MungedId, QuarantinedToken } from './records.ts';

/** One step of a commit. A commit is a list of these: all of it is kept, or nothing. */
export type Change =
  | { readonly op: 'put_app'; readonly app: App }
  | { readonly op: 'delete_app'; readonly mungedId: MungedId }
  | { readonly op: 'put_token'; readonly mungedId: MungedId; readonly tokenSet: TokenSet }
  | { readonly op: 'delete_token'; readonly mungedId: MungedId }
  | { readonly op: 'put_attempt'; readonly attempt: Attempt }
  | { readonly op: 'delete_attempt'; readonly state: string }
  | { readonly op: 'put_connection'; readonly connection: Connection }
  | { readonly op: 'delete_connection'; readonly mungedId: MungedId }
  | { readonly op: 'quarantine_token'; readonly token: QuarantinedToken }
  | { readonly op: 'delete_quarantined'; readonly mungedId: MungedId };

/**
 * When a commit resolves:
 * - `synced`: it survives a power cut, and Python programs see it in the shared files. For apps and tokens.
 * - `written`: it survives the death of this process. For attempts, whose loss costs a tap.
 */
export type Durability = 'synced' | 'written';

export type Claim =
  | { readonly status: 'claimed'; readonly attempt: Attempt }
  | { readonly status: 'used'; readonly attempt: Attempt }
  | { readonly status: 'unknown' };

/** What another program did to the shared files, after the store has taken it in. */
export interface ForeignChange {
  readonly mungedId: MungedId;
  readonly what: 'token_adopted' | 'token_removed' | 'app_adopted' | 'app_removed';
}

/**
 * Where apps, attempts and tokens live. Implemented by files on the device (`ovos-files/`) and, for a fleet, by
 * PostgreSQL; the contract tests in `contract.ts` hold for each. Every method throws OAuthBrokerError with
 * `store_unavailable` when the store can't be reached; then nothing has changed.
 */
export interface Store {
  /** Takes the store for this process and recovers it. Throws `store_locked`, `store_unwritable`. */
  open(): Promise<void>;
  /** Finishes what is being written and lets go. */
  close(): Promise<void>;

  app(mungedId: MungedId): Promise<App | undefined>;
  apps(): Promise<readonly App[]>;
  token(mungedId: MungedId): Promise<TokenSet | undefined>;
  tokens(): Promise<ReadonlyMap<MungedId, TokenSet>>;
  connection(mungedId: MungedId): Promise<Connection | undefined>;
  connections(): Promise<ReadonlyMap<MungedId, Connection>>;
  /** Newest first. */
  quarantined(mungedId: MungedId): Promise<readonly QuarantinedToken[]>;
  attempt(state: string): Promise<Attempt | undefined>;
  /** Every attempt of a short link, oldest first; a link whose attempts are all gone is unknown. */
  attemptsOfLink(linkCode: string): Promise<readonly Attempt[]>;
  attempts(): Promise<readonly Attempt[]>;

  /** Keeps all of `changes`, in order, or none of them. */
  commit(changes: readonly Change[], durability: Durability): Promise<void>;
  /** Marks an attempt as used; of any number of callers exactly one gets `claimed`. */
  claimAttempt(state: string, at: number): Promise<Claim>;
  /** Runs `work` alone for this connection, among all processes on the same store. */
  exclusively<T>(mungedId: MungedId, work: () => Promise<T>): Promise<T>;
  /**
   * Runs `work`, which spends the connection's refresh token, while programs that share the files are kept from doing the
   * same: one that may be at it already is waited for, then the tokens are closed to them, either for two seconds at
   * most. What they had written by then is taken in before `work` begins.
   */
  keepingOthersOff<T>(mungedId: MungedId, work: () => Promise<T>): Promise<T>;
  /** Looks at the shared files now and returns the connection's token set after taking in what is newer there. */
  reread(mungedId: MungedId): Promise<TokenSet | undefined>;
  /** Calls `listener` after a foreign writer's change was taken in; the returned function unsubscribes. */
  onForeignChange(listener: (change: ForeignChange) => void): () => void;
}
