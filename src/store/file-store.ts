import { constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { OAuthBrokerError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import { makeDurableFolder } from './durable-folder.ts';
import type { Files } from './files.ts';
import { Journal } from './journal/journal.ts';
import { decodeJournal, NEWEST_VERSION, readHeader } from './journal/record.ts';
import type { CallbackEndpoint } from './ovos-files/app-entry.ts';
import { isRefreshedByPython } from './ovos-files/python-refresh.ts';
import { SharedFiles } from './ovos-files/shared-files.ts';
import type { Sharing } from './ovos-files/sharing.ts';
import { OWN_TURN } from './port.ts';
import type { Change, Claim, DueConnections, Durability, ForeignChange, Store, Turn } from './port.ts';
import {
  isWaiting,
  type App,
  type Attempt,
  type Connection,
  type MungedId,
  type QuarantinedToken,
} from './records.ts';
import type { Seal } from './sealing-key.ts';
import { secureFiles, secureFolder } from './own-files.ts';
import { DEVICE_LIMITS, State } from './state.ts';
import type { StoredChange } from './stored-change.ts';
import { Turns } from '../turns.ts';

/** The port of the Python plugin, and of this program where nothing else is set. */
const CALLBACK_PORT = 36_536;

/** Changes that the shared files show. */
const SHARED_OPS: ReadonlySet<Change['op']> = new Set(['put_app', 'delete_app', 'put_token', 'delete_token']);

export interface FileStoreOptions {
  /** Private folder of the journal; made where it is missing. */
  readonly stateDir: string;
  /** The json_database folder that Python programs share. */
  readonly cacheDir: string;
  /** Python's `tempfile.gettempdir()`, where its locks are. */
  readonly tempDir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** `callback_endpoint` of an app in `ovos_oauth_apps.json`; default: the loopback callback on port 36536. */
  readonly callbackEndpoint?: CallbackEndpoint;
  /** What Python programs see in the shared files; default: everything. */
  readonly sharing?: Sharing;
  /** Default: the journal is written in the clear. */
  readonly sealing?: JournalSealing;
  /** Default: the device's own file system. */
  readonly files?: Files;
}

export interface JournalSealing {
  /** @param salt of the journal as it is now. @throws OAuthBrokerError `store_key_unreadable` */
  readonly open: (salt: string | undefined) => Promise<Seal>;
  /** False: what is sealed is opened, and written in the clear from now on. */
  readonly isEnabled: boolean;
}

/**
 * The store on a device: a journal is the truth and the commit point; `ovos_oauth.json` and `ovos_oauth_apps.json`
 * follow it for the Python programs that share them. See docs/store.md.
 */
export class FileStore implements Store {
  readonly #options: FileStoreOptions;
  readonly #state = new State();
  readonly #turns = new Turns<MungedId>();
  readonly #claims = new Map<string, Promise<void>>();
  readonly #listeners = new Set<(change: ForeignChange) => void>();
  #files: Files | undefined;
  #lock: number | undefined;
  #journal: Journal | undefined;
  #shared: SharedFiles | undefined;

  constructor(options: FileStoreOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { stateDir: path, clock, log } = this.#options;
    try {
      const { openNodeFiles } = await import('./node-files.ts');
      const files = this.#options.files ?? (await openNodeFiles());
      this.#files = files;
      await this.#takeFolder(files);
      this.#journal = await this.#recover(files);
    } catch (error) {
      await this.close();
      throw error instanceof OAuthBrokerError
        ? error
        : new OAuthBrokerError('store_unwritable', { path }, { cause: error });
    }
    const journal = this.#journal;
    this.#shared = new SharedFiles({
      ...this.#options,
      files: this.#files,
      clock,
      log,
      state: this.#state,
      callbackEndpoint: this.#options.callbackEndpoint ?? loopbackCallback,
      sharing: this.#options.sharing ?? 'full',
      append: (changes, durability) => journal.append(changes, durability),
      announce: (change) => this.#announce(change),
    });
    try {
      await this.#shared.open();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /**
   * Reads what there is without taking the store: its broker may run. Nothing can be written then (`store_unavailable`).
   *
   * @returns how much of it can't be read
   * @throws OAuthBrokerError `store_unwritable` where the journal can't be read, `store_newer`, `store_key_unreadable`,
   *   `store_key_unknown`
   */
  async peek(): Promise<{ readonly damaged: number }> {
    const path = join(this.#options.stateDir, 'journal');
    const bytes = await readFile(path).catch((cause: unknown) => {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return Buffer.alloc(0);
      throw new OAuthBrokerError('store_unwritable', { path }, { cause });
    });
    const header = readHeader(bytes);
    if ((header?.journal ?? 0) > NEWEST_VERSION) throw new OAuthBrokerError('store_newer', { path });
    const sealed = header?.sealed;
    const seal = sealed === undefined ? undefined : await this.#options.sealing?.open(sealed.salt);
    const { commits, damaged } = decodeJournal(bytes, seal);
    for (const change of commits.flat()) this.#state.apply(change);
    return { damaged };
  }

  async close(): Promise<void> {
    await this.#shared?.close();
    this.#shared = undefined;
    const journal = this.#journal;
    this.#journal = undefined;
    await journal?.close();
    if (this.#lock !== undefined) this.#files?.close(this.#lock);
    this.#lock = undefined;
  }

  // What is in memory is what is committed, so that nothing below ever waits for the disk to be read.

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
    return new Map(this.#state.tokens);
  }

  async connection(mungedId: MungedId): Promise<Connection | undefined> {
    return this.#state.connections.get(mungedId);
  }

  async connections(): Promise<ReadonlyMap<MungedId, Connection>> {
    return new Map(this.#state.connections);
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

  async commit(changes: readonly Change[], durability: Durability): Promise<void> {
    if (changes.length === 0) return;
    await this.#append(changes, durability);
    // Attempts and intents are no business of the shared files; they come by the thousand.
    if (!changes.some(({ op }) => SHARED_OPS.has(op))) return;
    const shared = this.#shared?.bringUpToDate();
    if (durability === 'synced') await shared;
  }

  async claimAttempt(state: string, at: number): Promise<Claim> {
    // Of those who come while a claim is being written each looks again at how it ended.
    for (let claim = this.#claims.get(state); claim !== undefined; claim = this.#claims.get(state)) {
      await claim.catch(() => {});
    }
    const attempt = this.#state.attempts.get(state);
    if (attempt === undefined) return { status: 'unknown' };
    if (!isWaiting(attempt)) return { status: 'used', attempt };
    const claimed: Attempt = { ...attempt, claimedAt: at };
    const claim = this.#append([{ op: 'put_attempt', attempt: claimed }], 'written');
    this.#claims.set(state, claim);
    try {
      await claim;
    } finally {
      this.#claims.delete(state);
    }
    return { status: 'claimed', attempt: claimed };
  }

  exclusively<T>(mungedId: MungedId, work: (turn: Turn) => Promise<T>): Promise<T> {
    return this.#turns.take(mungedId, () => work(OWN_TURN));
  }

  replacing<T>(mungedId: MungedId, work: () => Promise<T>): Promise<T> {
    return this.#turns.take(mungedId, work);
  }

  async keepingOthersOff<T>(mungedId: MungedId, work: () => Promise<T>): Promise<T> {
    const shared = this.#shared;
    // Who sees no refresh token can't spend it.
    if (shared === undefined || (this.#options.sharing ?? 'full') !== 'full') return work();
    const before = this.#state.tokens.get(mungedId);
    const wanted = before === undefined ? 'no' : isRefreshedByPython(before, this.#options.clock.now());
    if (wanted === 'no') return work();
    const isWaitedFor = (): boolean => wanted === 'now' && this.#state.tokens.get(mungedId) === before;
    return shared.keepOthersOff(isWaitedFor, work);
  }

  async reread(mungedId: MungedId): Promise<TokenSet | undefined> {
    await this.#shared?.lookAtTokens();
    return this.#state.tokens.get(mungedId);
  }

  onElsewhere(): () => void {
    return () => {};
  }

  onForeignChange(listener: (change: ForeignChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #takeFolder(files: Files): Promise<void> {
    const { stateDir } = this.#options;
    await makeDurableFolder(files, stateDir);
    secureFolder(files, stateDir);
    secureFiles(files, stateDir, (name) => /^(?:lock|journal)\b/.test(name));
    const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
    this.#lock = files.open(join(stateDir, 'lock'), O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
    if (!files.tryLock(this.#lock)) throw new OAuthBrokerError('store_locked', { path: stateDir });
  }

  async #recover(files: Files): Promise<Journal> {
    const { stateDir, clock, log, sealing } = this.#options;
    const state = this.#state;
    const path = join(stateDir, 'journal');
    const header = sealing && readHeader(files.read(path) ?? Buffer.alloc(0));
    const seal = await sealing?.open(header?.sealed?.salt);
    const journal = new Journal({
      path,
      files,
      clock,
      log,
      ...(seal === undefined ? {} : { seal, isSealing: sealing?.isEnabled === true }),
      state: {
        apply: (change) => this.#apply(change),
        snapshot: () => state.snapshot(),
        sweep: (now) => state.sweep(now),
        get size() {
          return state.size;
        },
      },
    });
    await journal.open();
    return journal;
  }

  #apply(change: StoredChange): void {
    this.#state.apply(change);
    this.#shared?.follow(change);
  }

  async #append(changes: readonly StoredChange[], durability: Durability): Promise<void> {
    if (this.#journal === undefined) throw new OAuthBrokerError('store_unavailable');
    await this.#journal.append(changes, durability);
  }

  #announce(change: ForeignChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch {
        this.#options.log.error('A listener failed.', { mungedId: change.mungedId, reason: change.what });
      }
    }
  }
}

function loopbackCallback(mungedId: MungedId): string {
  return `http://127.0.0.1:${CALLBACK_PORT}/auth/callback/${encodeURIComponent(mungedId)}`;
}
