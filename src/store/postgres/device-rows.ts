import type { Clock } from '../../clock.ts';
import { defined } from '../../defined.ts';
import { asBrokerError, OAuthBrokerError } from '../../errors.ts';
import { type Log, logFailure } from '../../log.ts';
import type { Files } from '../files.ts';
import type { Change } from '../port.ts';
import type { MungedId } from '../records.ts';
import type { Sealer } from '../sealing.ts';
import { digestOfTokenSet, NO_TOKEN } from '../token-digest.ts';
import type { ConnectionRow, ConnectionRows } from './connection-rows.ts';
import type { Query } from './database.ts';
import { DeviceCopy } from './device-copy.ts';
import { RowCache } from './row-cache.ts';

export interface DeviceRowsOptions {
  readonly rows: ConnectionRows;
  readonly query: Query;
  /** Whether changes by others are heard of. */
  readonly isHeard: () => boolean;
  /** Visibility of what is made here. */
  readonly home: string;
  /** Of the sealed copy. */
  readonly folder: string;
  readonly files: Files;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Connections as this device sees them: from memory while the database tells of every change, from the database otherwise,
 * and while that is away as they were last, with whatever has come meanwhile.
 */
export class DeviceRows {
  readonly #options: DeviceRowsOptions;
  readonly #cache = new RowCache();
  readonly #copy: DeviceCopy;
  readonly #reads = new Map<MungedId, Promise<ConnectionRow | undefined>>();

  constructor(options: DeviceRowsOptions) {
    this.#options = options;
    this.#copy = new DeviceCopy({ ...options, rows: () => this.#cache.rows() });
  }

  /** Connections in memory. */
  get cached(): number {
    return this.#cache.size;
  }

  open(): void {
    this.#copy.open();
  }

  close(): Promise<void> {
    return this.#copy.close();
  }

  async find(mungedId: MungedId): Promise<ConnectionRow | undefined> {
    const row = this.#cache.fresh(mungedId) ?? (await this.#readOrLast(mungedId));
    return this.#withUnsaved(mungedId, row);
  }

  async all(): Promise<readonly ConnectionRow[]> {
    const rows = await this.#options.rows.all(this.#options.query);
    return rows.map((row) => this.#withUnsaved(row.mungedId, row) ?? row);
  }

  /** As the database has it now. */
  async reread(mungedId: MungedId): Promise<ConnectionRow | undefined> {
    return this.#withUnsaved(mungedId, await this.#read(mungedId));
  }

  /** The last that is known without asking. */
  last(mungedId: MungedId): ConnectionRow | undefined {
    return this.#cache.last(mungedId) ?? this.#copy.row(mungedId);
  }

  /** A commit of this process has made rows what they are; undefined: gone. */
  committed(rows: ReadonlyMap<MungedId, ConnectionRow | undefined>): void {
    for (const [mungedId, row] of rows) {
      this.#reads.delete(mungedId);
      this.#cache.committed(mungedId, row, this.#options.isHeard());
    }
    if (rows.size > 0) this.#copy.touch();
  }

  /** Somebody else has written a version of the row that this key is the digest of. */
  changed(key: string, version: number): void {
    this.#cache.changed(key, version);
  }

  /** From now on nothing is heard of changes, or was not for a while. */
  allStale(): void {
    this.#cache.allStale();
  }

  /**
   * Keeps what came while the database was away, so that neither a crash nor a power cut loses it.
   *
   * @throws OAuthBrokerError `store_unavailable`
   */
  async keepHere(mungedId: MungedId, changes: readonly Change[]): Promise<void> {
    const row = this.last(mungedId);
    const before = row?.tokenSet;
    // By the time the database is back somebody may have signed in anew.
    const replaces = before === undefined ? NO_TOKEN : digestOfTokenSet(before);
    const guarded = changes.map((change) => (change.op === 'put_token' ? { replaces, ...change } : change));
    try {
      await this.#copy.keep({ mungedId, changes: guarded, ...defined({ row }) });
    } catch (error) {
      throw new OAuthBrokerError('store_unavailable', {}, { cause: error });
    }
    const { log } = this.#options;
    log.warn('The database is away: a new token set is kept on this device for now.', { mungedId });
  }

  isUnsaved(mungedId: MungedId): boolean {
    return this.#copy.unsaved.some((one) => one.mungedId === mungedId);
  }

  /** Brings to the database what it has missed, of one connection or of all. */
  async bringUnsaved(
    commit: (changes: readonly Change[]) => Promise<void>,
    mungedId?: MungedId,
  ): Promise<void> {
    for (const unsaved of this.#copy.unsaved) {
      if (mungedId !== undefined && unsaved.mungedId !== mungedId) continue;
      try {
        await commit(unsaved.changes);
      } catch (error) {
        // One that the database will not have must not keep the others; its own connection waits.
        if (mungedId !== undefined || asBrokerError(error).code === 'store_unavailable') throw error;
        logFailure(this.#options.log, 'A token set that is kept on this device cannot be committed.', error, {
          mungedId: unsaved.mungedId,
        });
        continue;
      }
      await this.#copy.saved(unsaved);
      this.#options.log.info('A token set that was kept on this device is in the database now.', {
        mungedId: unsaved.mungedId,
      });
    }
  }

  async #readOrLast(mungedId: MungedId): Promise<ConnectionRow | undefined> {
    try {
      return await (this.#reads.get(mungedId) ?? this.#read(mungedId));
    } catch (thrown) {
      const last = this.last(mungedId);
      const isKnown = last !== undefined || this.isUnsaved(mungedId);
      if (!isKnown || asBrokerError(thrown).code !== 'store_unavailable') throw thrown;
      return last;
    }
  }

  /** Those who ask at the same time share an answer. */
  #read(mungedId: MungedId): Promise<ConnectionRow | undefined> {
    const reading = this.#readNow(mungedId).finally(() => {
      if (this.#reads.get(mungedId) === reading) this.#reads.delete(mungedId);
    });
    this.#reads.set(mungedId, reading);
    return reading;
  }

  async #readNow(mungedId: MungedId): Promise<ConnectionRow | undefined> {
    const { rows, query, isHeard } = this.#options;
    this.#cache.reading(mungedId);
    const row = (await rows.find(query, [mungedId])).get(mungedId);
    this.#cache.read(mungedId, row, isHeard());
    this.#copy.touch();
    return row;
  }

  /** A row as it will be once the database has taken what this device keeps for it. */
  #withUnsaved(mungedId: MungedId, row: ConnectionRow | undefined): ConnectionRow | undefined {
    const unsaved = this.#copy.unsaved.filter((one) => one.mungedId === mungedId);
    if (unsaved.length === 0) return row;
    const made = row ?? unsaved[0]?.row ?? { id: '', mungedId, visibility: this.#options.home, version: 0 };
    return unsaved.flatMap(({ changes }) => changes).reduce(withChange, made);
  }
}

function withChange(row: ConnectionRow, change: Change): ConnectionRow {
  const { mungedId } = row;
  if (change.op === 'put_app' && change.app.mungedId === mungedId) return { ...row, app: change.app };
  if (change.op === 'put_token' && change.mungedId === mungedId) return { ...row, tokenSet: change.tokenSet };
  return change.op === 'put_connection' && change.connection.mungedId === mungedId
    ? { ...row, connection: change.connection }
    : row;
}
