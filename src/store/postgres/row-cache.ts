import { lookupDigest } from '../token-digest.ts';
import type { MungedId } from '../records.ts';
import type { ConnectionRow } from './connection-rows.ts';

/** Rows kept in memory at most: ten times what the largest household has. */
const MOST_ROWS = 1_000;

interface Entry {
  row: ConnectionRow;
  isFresh: boolean;
}

/**
 * The rows that were asked for last. One is fresh from its reading until a notification says otherwise; what is no longer
 * fresh is what is left while the database is away.
 */
export class RowCache {
  /** Least recently used first. */
  readonly #entries = new Map<MungedId, Entry>();
  /** By the digests that notifications name. */
  readonly #ids = new Map<string, MungedId>();
  /** Newest version that was told of, of rows that are being read right now. */
  readonly #told = new Map<string, number>();

  /** A row that may be used without asking; undefined where it has to be read. */
  fresh(mungedId: MungedId): ConnectionRow | undefined {
    const entry = this.#entries.get(mungedId);
    if (entry?.isFresh !== true) return undefined;
    this.#entries.delete(mungedId);
    this.#entries.set(mungedId, entry);
    return entry.row;
  }

  /** Whatever is known, be it old. */
  last(mungedId: MungedId): ConnectionRow | undefined {
    return this.#entries.get(mungedId)?.row;
  }

  get size(): number {
    return this.#entries.size;
  }

  rows(): readonly ConnectionRow[] {
    return [...this.#entries.values()].map(({ row }) => row);
  }

  /** To be called before a row is read: what is told of it meanwhile counts. */
  reading(mungedId: MungedId): void {
    this.#told.set(lookupDigest(mungedId), 0);
  }

  /** @param isHeard whether notifications of later changes will come */
  read(mungedId: MungedId, row: ConnectionRow | undefined, isHeard: boolean): void {
    const key = lookupDigest(mungedId);
    const told = this.#told.get(key) ?? 0;
    this.#told.delete(key);
    if (row === undefined) this.forget(mungedId);
    else this.#put(key, row, isHeard && row.version >= told);
  }

  /** A commit of this process has made the row what it is. */
  committed(mungedId: MungedId, row: ConnectionRow | undefined, isHeard: boolean): void {
    const key = lookupDigest(mungedId);
    if (this.#told.has(key)) this.#told.set(key, row?.version ?? Number.POSITIVE_INFINITY);
    if (row === undefined) this.forget(mungedId);
    else this.#put(key, row, isHeard);
  }

  /** Somebody has written a version of a row. */
  changed(key: string, version: number): void {
    const told = this.#told.get(key);
    if (told !== undefined) this.#told.set(key, Math.max(told, version));
    const mungedId = this.#ids.get(key);
    const entry = mungedId === undefined ? undefined : this.#entries.get(mungedId);
    if (entry !== undefined && entry.row.version !== version) entry.isFresh = false;
  }

  /** From now on nothing is heard of changes, or was not for a while. */
  allStale(): void {
    for (const entry of this.#entries.values()) entry.isFresh = false;
    for (const key of this.#told.keys()) this.#told.set(key, Number.POSITIVE_INFINITY);
  }

  forget(mungedId: MungedId): void {
    this.#entries.delete(mungedId);
    this.#ids.delete(lookupDigest(mungedId));
  }

  #put(key: string, row: ConnectionRow, isFresh: boolean): void {
    this.#entries.delete(row.mungedId);
    this.#entries.set(row.mungedId, { row, isFresh });
    this.#ids.set(key, row.mungedId);
    if (this.#entries.size <= MOST_ROWS) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.forget(oldest);
  }
}
