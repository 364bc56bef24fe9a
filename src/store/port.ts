import type { TokenSet } from '../oauth/token-set.ts';
import type {
  App,
  Attempt,
  Audience,
  Connection,
  ConnectionState,
  MungedId,
  QuarantinedToken,
  Use,
} from './records.ts';

/** One step of a commit. A commit is a list of these: all of it is kept, or nothing. */
export type Change =
  | { readonly op: 'put_app'; readonly app: App }
  | { readonly op: 'delete_app'; readonly mungedId: MungedId }
  | {
      readonly op: 'put_token';
      readonly mungedId: MungedId;
      readonly tokenSet: TokenSet;
      /**
       * Digest of the token set that was spent for it (`digestOfTokenSet`), or `NO_TOKEN`. A store that several brokers share keeps the
       * new one only while that one counts, or was refused meanwhile; else it goes to quarantine as `superseded` and
       * what the same commit says of the connection is left out. Absent: it counts whatever there was.
       */
      readonly replaces?: string;
    }
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

/** A connection to whom something may be to do, with all that tells what. */
export interface Due {
  readonly app: App;
  readonly tokenSet?: TokenSet;
  readonly connection?: Connection;
}

export interface DueConnections {
  readonly due: readonly Due[];
  /** Milliseconds after which to ask again, where the store itself picks what is due; else these are all there are. */
  readonly nextIn?: number;
}

/** The right to spend a connection's refresh token. */
export interface Turn {
  /** Others may get the turn when this process fails: what it is about to do has to be written down before. */
  readonly isShared: boolean;
  /**
   * Resolves while nobody else can have the turn. To be called right before anything is spent: a process can be frozen
   * for longer than the others wait for it.
   *
   * @throws OAuthBrokerError `store_unavailable` where the turn was lost
   */
  confirm(): Promise<void>;
}

/** The turn of a process that has its store for itself. */
export const OWN_TURN: Turn = { isShared: false, confirm: async () => {} };

/** What another broker on the same store did that this device has to tell. */
export type Elsewhere =
  /** A sign-in that was asked for here ended; with its asker. */
  | { readonly what: 'attempt_ended'; readonly attempt: Attempt }
  | { readonly what: 'state_changed'; readonly mungedId: MungedId }
  /** The store could not be reached at the start, and can now: whatever outlived the restart is to be taken up. */
  | { readonly what: 'reached' };

/** What a store that several devices share does besides. */
export interface CommonStore {
  /** Who sees each connection that counts on this device. */
  audiences(): Promise<ReadonlyMap<MungedId, Audience>>;
  /**
   * Gives a connection to another audience; it is the same connection then.
   *
   * @throws OAuthBrokerError `unknown_app`, `share_conflict` where that audience has one of its own, `store_unavailable`
   */
  share(mungedId: MungedId, audience: Audience): Promise<void>;
  /** Writes down that somebody asked for a token; costs the asker nothing. */
  noteUse(use: Pick<Use, 'mungedId' | 'asker' | 'outcome' | 'at'>): void;
  /** Whether the store is there and changes by others are heard of. */
  readonly isUp: boolean;
  /** Connections that are kept in memory. */
  readonly cached: number;
  /** How many of the connections that this device sees are in each state. */
  states(): Promise<ReadonlyMap<ConnectionState, number>>;
  /** How many of them something is to be done for now. */
  overdue(): Promise<number>;
  /** At most `most` of them, newest first, of one connection or of all. */
  uses(mungedId: MungedId | undefined, most: number): Promise<readonly Use[]>;
}

/**
 * Where apps, attempts and tokens live. Implemented by files on the device (`ovos-files/`) and, for a fleet, by
 * PostgreSQL; the contract tests in `contract.ts` hold for each. Every method throws OAuthBrokerError with
 * `store_unavailable` when the store can't be reached; then nothing has changed.
 */
export interface Store {
  /** Only where several devices share it. */
  readonly common?: CommonStore;
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
  /** Every attempt that this device has to see to: those of others on the same store are not among them. */
  attempts(): Promise<readonly Attempt[]>;
  /** A mad client must not fill the store: apps, and characters of all their records. */
  readonly mostApps: number;
  readonly largestApps: number;
  appCount(): Promise<number>;
  /** Characters of the records of all apps. */
  appsSize(): Promise<number>;
  /**
   * The connections to look after next, at most `most` where the store picks them; those that it hands out it hands to
   * nobody else for some seconds.
   */
  due(most: number): Promise<DueConnections>;
  /** Does not hand out a connection as due for `pause` milliseconds: the provider is to be left alone. */
  postpone(mungedId: MungedId, pause: number): Promise<void>;

  /** A skill on this device uses an app: where the store is common to many, its shared files show the app from now on. */
  showHere(mungedId: MungedId): Promise<void>;

  /** Keeps all of `changes`, in order, or none of them. */
  commit(changes: readonly Change[], durability: Durability): Promise<void>;
  /** Marks an attempt as used; of any number of callers exactly one gets `claimed`. */
  claimAttempt(state: string, at: number): Promise<Claim>;
  /**
   * Runs `work` alone for this connection, among all processes on the same store.
   *
   * @throws OAuthBrokerError `store_unavailable` where nobody can know whether another one is at it
   */
  exclusively<T>(mungedId: MungedId, work: (turn: Turn) => Promise<T>): Promise<T>;
  /**
   * Runs `work`, which ends a connection or puts another grant in its place, after whoever has the turn now, where that
   * ends soon; else beside it, and what that one still brings counts no longer.
   */
  replacing<T>(mungedId: MungedId, work: () => Promise<T>): Promise<T>;
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
  /**
   * Calls `listener` with what happened at another broker until it returns without throwing; the returned function
   * unsubscribes. After a crash it may be called with the same once more.
   */
  onElsewhere(listener: (event: Elsewhere) => Promise<void>): () => void;
}
