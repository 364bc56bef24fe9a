import { constants } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { asBrokerError, OAuthBrokerError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { TokenSet } from '../../oauth/token-set.ts';
import { makeDurableFolder } from '../durable-folder.ts';
import type { Files } from '../files.ts';
import type {
  Change,
  Claim,
  CommonStore,
  DueConnections,
  Elsewhere,
  ForeignChange,
  Store,
  Turn,
} from '../port.ts';
import type { App, Attempt, Audience, Connection, MungedId, QuarantinedToken } from '../records.ts';
import type { Sealer } from '../sealing.ts';
import { lookupDigest } from '../token-digest.ts';
import { Announcements } from './announcements.ts';
import { AttemptRows } from './attempt-rows.ts';
import { Audit } from './audit.ts';
import { applyChanges, type CommitParts } from './commit.ts';
import { CommitQueue } from './commit-queue.ts';
import { ConnectionRows } from './connection-rows.ts';
import { Database, type DatabaseAddress, type Query } from './database.ts';
import { DeviceRows } from './device-rows.ts';
import { InStep } from './in-step.ts';
import { type Place, visibleTo } from './place.ts';
import { QuarantineRows } from './quarantine-rows.ts';
import { countOverdue, countStates } from './counts.ts';
import { audiences, moveRow } from './sharing.ts';
import { type SharedSettings, SharedView } from './shared-view.ts';
import { RowTurns, TURN_TIMES, type TurnTimes } from './row-turns.ts';

/** Milliseconds for which a connection that was picked as due is left to whoever picked it. */
const PICKED_FOR = 15_000;
/** Milliseconds after which to look again at the latest, and while the database is away. */
const LONGEST_WAIT = 60_000;
const AWAY_WAIT = 5_000;

export interface PostgresStoreOptions {
  readonly address: DatabaseAddress;
  readonly place: Place;
  readonly sealer: Sealer;
  /** Private folder of this device's sealed copy; made where it is missing. */
  readonly stateDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly dueAt: CommitParts['dueAt'];
  /** Default: Python programs are shown nothing. */
  readonly shared?: SharedSettings;
  readonly times?: Partial<TurnTimes>;
  /** Default: the device's own file system. */
  readonly files?: Files;
}

/** The store of a fleet: many brokers on one PostgreSQL. See docs/fleet.md. */
export class PostgresStore implements Store {
  readonly #options: PostgresStoreOptions;
  readonly #database: Database;
  readonly #rows: ConnectionRows;
  readonly #attempts: AttemptRows;
  readonly #quarantine: QuarantineRows;
  readonly #announcements: Announcements;
  readonly #inStep: InStep;
  readonly #audit: Audit;
  readonly common: CommonStore;
  readonly #turns: RowTurns;
  readonly #queue = new CommitQueue((changes) => this.#perform(changes));
  readonly #foreignListeners = new Set<(change: ForeignChange) => void>();
  /** The OVOS files, where they are wanted. */
  #view: SharedView | undefined;
  /** While open. */
  #seen: DeviceRows | undefined;
  #files: Files | undefined;
  #lock: number | undefined;
  #isOpen = false;

  constructor(options: PostgresStoreOptions) {
    const { address, place, sealer, clock, log, times } = options;
    const visible = visibleTo(place);
    this.#options = options;
    this.#database = new Database(address, clock);
    this.#rows = new ConnectionRows(sealer, visible, log);
    this.#attempts = new AttemptRows(sealer, place.device);
    this.#quarantine = new QuarantineRows(sealer, visible);
    this.#announcements = new Announcements(sealer, place);
    this.#audit = new Audit({ query: this.#query, device: place.device, clock, log });
    const isUp = (): boolean => this.#inStep.isUp;
    const cached = (): number => this.#seen?.cached ?? 0;
    this.common = {
      get isUp() {
        return isUp();
      },
      get cached() {
        return cached();
      },
      states: () => countStates(this.#query, visible),
      overdue: () => countOverdue(this.#query, visible),
      audiences: () => audiences(this.#query, visible),
      share: (mungedId, audience) => this.#share(mungedId, audience),
      noteUse: (use) => this.#audit.note(use),
      uses: (mungedId, most) => this.#audit.uses(mungedId, most),
    };
    this.#inStep = new InStep({
      database: this.#database,
      query: this.#query,
      announcements: this.#announcements,
      place,
      sealer,
      clock,
      log,
      seen: () => this.#seen,
      view: () => this.#view,
      bringUnsaved: () => this.#bringUnsaved(),
      sweep: async (query) => {
        await this.#attempts.sweep(query);
        await this.#audit.sweep(query);
      },
    });
    this.#turns = new RowTurns({
      database: this.#database,
      clock,
      visible,
      home: place.home,
      instance: this.#inStep.instance,
      times: { ...TURN_TIMES, ...times },
      settle: (mungedId) => this.#inStep.settle(mungedId),
    });
  }

  async open(): Promise<void> {
    const { stateDir: path, place, clock, log, sealer } = this.#options;
    try {
      const files = this.#options.files ?? (await (await import('../node-files.ts')).openNodeFiles());
      this.#files = files;
      await this.#takeFolder(files);
      this.#seen = new DeviceRows({
        rows: this.#rows,
        query: this.#query,
        isHeard: () => this.#inStep.isUp,
        home: place.home,
        folder: path,
        files,
        sealer,
        clock,
        log,
      });
      this.#seen.open();
      this.#view = this.#createView(files);
    } catch (error) {
      await this.close();
      throw error instanceof OAuthBrokerError
        ? error
        : new OAuthBrokerError('store_unwritable', { path }, { cause: error });
    }
    this.#isOpen = true;
    try {
      await this.#inStep.open();
      await this.#view?.open();
      if (this.#inStep.isUp) await this.#view?.allChanged();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#view?.close();
    this.#view = undefined;
    await this.#queue.idle();
    if (this.#isOpen) await this.#audit.write();
    this.#isOpen = false;
    await this.#inStep.close();
    await this.#seen?.close();
    this.#seen = undefined;
    await this.#database.close();
    if (this.#lock !== undefined) this.#files?.close(this.#lock);
    this.#lock = undefined;
  }

  async app(mungedId: MungedId): Promise<App | undefined> {
    return (await this.#rowsHere().find(mungedId))?.app;
  }

  async apps(): Promise<readonly App[]> {
    return (await this.#rowsHere().all()).flatMap(({ app }) => app ?? []);
  }

  /** Of all devices together. */
  readonly mostApps = 1_000_000;
  readonly largestApps = 4 * 1024 ** 3;

  async appCount(): Promise<number> {
    const [row] = await this.#query<{ count: number }>(
      `select count(*)::int as count from ovos_oauth.connections
       where visibility = any($1) and sealed_app is not null`,
      [visibleTo(this.#options.place)],
    );
    return row?.count ?? 0;
  }

  async appsSize(): Promise<number> {
    const [row] = await this.#query<{ size: number }>(
      `select coalesce(sum(length(sealed_app)), 0)::float8 as size from ovos_oauth.connections
       where visibility = any($1)`,
      [visibleTo(this.#options.place)],
    );
    return row?.size ?? 0;
  }

  async token(mungedId: MungedId): Promise<TokenSet | undefined> {
    return (await this.#rowsHere().find(mungedId))?.tokenSet;
  }

  async tokens(): Promise<ReadonlyMap<MungedId, TokenSet>> {
    const all = await this.#rowsHere().all();
    return new Map(
      all.flatMap(({ mungedId, tokenSet }) =>
        tokenSet === undefined ? [] : [[mungedId, tokenSet] as const],
      ),
    );
  }

  async connection(mungedId: MungedId): Promise<Connection | undefined> {
    return (await this.#rowsHere().find(mungedId))?.connection;
  }

  async connections(): Promise<ReadonlyMap<MungedId, Connection>> {
    const all = await this.#rowsHere().all();
    return new Map(
      all.flatMap(({ mungedId, connection }) =>
        connection === undefined ? [] : [[mungedId, connection] as const],
      ),
    );
  }

  quarantined(mungedId: MungedId): Promise<readonly QuarantinedToken[]> {
    return this.#quarantine.of(this.#query, mungedId);
  }

  attempt(state: string): Promise<Attempt | undefined> {
    return this.#attempts.find(this.#query, state);
  }

  attemptsOfLink(linkCode: string): Promise<readonly Attempt[]> {
    return this.#attempts.ofLink(this.#query, linkCode);
  }

  async attempts(): Promise<readonly Attempt[]> {
    return this.#attempts.own(this.#query).catch(noneWhileAway);
  }

  async due(most: number): Promise<DueConnections> {
    try {
      const rows = await this.#rows.pick(this.#query, most, PICKED_FOR);
      const next = rows.length === most ? 0 : await this.#rows.nextDue(this.#query);
      const nextIn = Math.min(Math.max(next ?? LONGEST_WAIT, 0), LONGEST_WAIT);
      return {
        nextIn,
        due: rows.flatMap(({ app, ...rest }) => (app === undefined ? [] : [{ ...rest, app }])),
      };
    } catch (thrown) {
      if (asBrokerError(thrown).code !== 'store_unavailable') throw thrown;
      return { due: [], nextIn: AWAY_WAIT };
    }
  }

  async postpone(mungedId: MungedId, pause: number): Promise<void> {
    await this.#query(
      `update ovos_oauth.connections set picked_until = now() + $3 * interval '1 ms'
       where munged_id = $1 and visibility = any($2)`,
      [mungedId, visibleTo(this.#options.place), pause],
    ).catch(noneWhileAway);
  }

  async commit(changes: readonly Change[]): Promise<void> {
    if (!this.#isOpen) throw new OAuthBrokerError('store_unavailable');
    if (changes.length === 0) return;
    try {
      await this.#queue.commit(changes);
      // Who hears of a token may look for it in the files.
      await this.#view?.settled();
    } catch (thrown) {
      const error = asBrokerError(thrown);
      const token = changes.findLast((change) => change.op === 'put_token');
      // Whatever it is that the database has against it: the provider gives a token only once.
      if (token === undefined) throw error;
      await this.#rowsHere().keepHere(token.mungedId, changes);
      // It may have been but a moment.
      this.#inStep.catchUp();
    }
  }

  claimAttempt(state: string, at: number): Promise<Claim> {
    return this.#database.transaction((query) => this.#attempts.claim(query, state, at));
  }

  exclusively<T>(mungedId: MungedId, work: (turn: Turn) => Promise<T>): Promise<T> {
    return this.#turns.take(mungedId, async (turn) => {
      // What a time without the database has left comes first.
      await this.#bringUnsaved(mungedId);
      return work(turn);
    });
  }

  replacing<T>(mungedId: MungedId, work: () => Promise<T>): Promise<T> {
    return this.#turns.takeBriefly(mungedId, work);
  }

  async showHere(mungedId: MungedId): Promise<void> {
    await this.#view?.show(mungedId);
  }

  keepingOthersOff<T>(mungedId: MungedId, work: () => Promise<T>): Promise<T> {
    return this.#view === undefined ? work() : this.#view.keepingOthersOff(mungedId, work);
  }

  async reread(mungedId: MungedId): Promise<TokenSet | undefined> {
    await this.#view?.look(mungedId);
    return (await this.#rowsHere().reread(mungedId))?.tokenSet;
  }

  onForeignChange(listener: (change: ForeignChange) => void): () => void {
    this.#foreignListeners.add(listener);
    return () => this.#foreignListeners.delete(listener);
  }

  onElsewhere(listener: (event: Elsewhere) => Promise<void>): () => void {
    return this.#inStep.onElsewhere(listener);
  }

  readonly #query: Query = (text, values) => {
    if (!this.#isOpen) return Promise.reject(new OAuthBrokerError('store_unavailable'));
    return this.#database.query(text, values);
  };

  /** In its turn, so that nobody is in the middle of an exchange for the audience that it had. */
  #share(mungedId: MungedId, audience: Audience): Promise<void> {
    return this.exclusively(mungedId, async () => {
      await this.#database.transaction((query) =>
        moveRow(query, mungedId, audience, { rows: this.#rows, announcements: this.#announcements }),
      );
      await this.#rowsHere().reread(mungedId);
      void this.#view?.changed(lookupDigest(mungedId));
    });
  }

  #createView(files: Files): SharedView | undefined {
    const { shared, stateDir: folder, sealer, clock, log } = this.#options;
    if (shared === undefined || shared.sharing === 'off') return undefined;
    return new SharedView({
      ...shared,
      folder,
      sealer,
      files,
      clock,
      log,
      find: (mungedId) => this.#rowsHere().find(mungedId),
      commit: (changes) => this.#queue.commit(changes),
      announce: (change) => {
        for (const listener of this.#foreignListeners) listener(change);
      },
    });
  }

  #rowsHere(): DeviceRows {
    if (this.#seen === undefined) throw new OAuthBrokerError('store_unavailable');
    return this.#seen;
  }

  async #bringUnsaved(mungedId?: MungedId): Promise<void> {
    await this.#seen?.bringUnsaved((changes) => this.#queue.commit(changes), mungedId);
  }

  async #perform(changes: readonly Change[]): Promise<void> {
    const { sealer, place, dueAt } = this.#options;
    const { rows } = await this.#database.transaction((query) =>
      applyChanges(query, changes, {
        rows: this.#rows,
        attempts: this.#attempts,
        quarantine: this.#quarantine,
        announcements: this.#announcements,
        sealer,
        instance: this.#inStep.instance,
        home: place.home,
        dueAt,
      }),
    );
    this.#seen?.committed(rows);
    for (const mungedId of rows.keys()) void this.#view?.changed(lookupDigest(mungedId));
  }

  async #takeFolder(files: Files): Promise<void> {
    const { stateDir } = this.#options;
    await makeDurableFolder(files, stateDir);
    if ((files.stat(stateDir)?.mode ?? 0) !== 0o700) files.chmod(stateDir, 0o700);
    const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
    this.#lock = files.open(join(stateDir, 'lock'), O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
    if (!files.tryLock(this.#lock)) throw new OAuthBrokerError('store_locked', { path: stateDir });
  }
}

function noneWhileAway(thrown: unknown): [] {
  if (asBrokerError(thrown).code === 'store_unavailable') return [];
  throw thrown;
}
