import type { TokenSet } from '../../oauth/token-set.ts';
import type { Change } from '../port.ts';
import type { Attempt, Connection, MungedId, QuarantinedToken } from '../records.ts';
import type { Sealer } from '../sealing.ts';
import { digestOfTokenSet, NO_TOKEN } from '../token-digest.ts';
import type { Announcements } from './announcements.ts';
import type { AttemptRows } from './attempt-rows.ts';
import type { ConnectionRow, ConnectionRows } from './connection-rows.ts';
import type { Query } from './database.ts';
import type { QuarantineRows } from './quarantine-rows.ts';

export interface CommitParts {
  readonly rows: ConnectionRows;
  readonly attempts: AttemptRows;
  readonly quarantine: QuarantineRows;
  readonly announcements: Announcements;
  readonly sealer: Sealer;
  /** Of this process. */
  readonly instance: string;
  /** Visibility of what is made here. */
  readonly home: string;
  /** When there is something to do for a connection, milliseconds since the Unix epoch. */
  readonly dueAt: (tokenSet: TokenSet | undefined, connection: Connection | undefined) => number | undefined;
}

export interface Committed {
  /** As they are now; undefined: gone. */
  readonly rows: ReadonlyMap<MungedId, ConnectionRow | undefined>;
}

/** What a list of changes makes of the tables, in one transaction that the caller brings. */
export async function applyChanges(
  query: Query,
  changes: readonly Change[],
  parts: CommitParts,
): Promise<Committed> {
  const { rows, announcements } = parts;
  const before = await lockRows(query, changes, parts);
  const work = new Work(query, parts, new Map(before));
  for (const change of changes) await work.apply(change);
  const after = new Map<MungedId, ConnectionRow | undefined>();
  for (const [mungedId, row] of work.rows) {
    const old = before.get(mungedId);
    if (row === old) continue;
    const written = { ...row, version: row.version + 1 };
    await rows.write(query, written, parts.dueAt(row.tokenSet, row.connection));
    const isEmpty = row.app === undefined && row.tokenSet === undefined && row.connection === undefined;
    after.set(mungedId, isEmpty ? undefined : written);
    await announcements.changed(query, written);
    if (isOtherState(old?.connection, row.connection)) await announcements.stateChanged(query, written);
  }
  for (const { attempt, device } of work.ended) await announcements.attemptEnded(query, device, attempt);
  return { rows: after };
}

/** Locks every row that the changes touch, and makes those that are to be filled. */
async function lockRows(
  query: Query,
  changes: readonly Change[],
  { rows, home }: CommitParts,
): Promise<ReadonlyMap<MungedId, ConnectionRow>> {
  const ids = [...new Set(changes.flatMap(idOf))];
  if (ids.length === 0) return new Map();
  const found = await rows.find(query, ids, 'for update');
  const missing = [...new Set(changes.filter(fillsRow).flatMap(idOf))].filter((id) => !found.has(id));
  if (missing.length === 0) return found;
  await rows.make(query, missing.toSorted(), home);
  return rows.find(query, ids, 'for update');
}

function idOf(change: Change): MungedId[] {
  if (change.op === 'put_app') return [change.app.mungedId];
  if (change.op === 'put_connection') return [change.connection.mungedId];
  if (change.op === 'quarantine_token') return [change.token.mungedId];
  return 'mungedId' in change ? [change.mungedId] : [];
}

function fillsRow({ op }: Change): boolean {
  return op === 'put_app' || op === 'put_token' || op === 'put_connection';
}

class Work {
  readonly #query: Query;
  readonly #parts: CommitParts;
  readonly rows: Map<MungedId, ConnectionRow>;
  readonly ended: Array<{ readonly attempt: Attempt; readonly device: string }> = [];
  /** Connections of which a newer token set counts than the one that was to be kept. */
  readonly #superseded = new Set<MungedId>();

  constructor(query: Query, parts: CommitParts, rows: Map<MungedId, ConnectionRow>) {
    this.#query = query;
    this.#parts = parts;
    this.rows = rows;
  }

  async apply(change: Change): Promise<void> {
    const { attempts, quarantine } = this.#parts;
    switch (change.op) {
      case 'put_app':
        this.#set(change.app.mungedId, { app: change.app });
        break;
      case 'delete_app':
        this.#set(change.mungedId, {}, 'app');
        break;
      case 'put_token':
        await this.#putToken(change);
        break;
      case 'delete_token':
        this.#set(change.mungedId, {}, 'tokenSet');
        break;
      case 'put_connection':
        this.#putConnection(change.connection);
        break;
      case 'delete_connection':
        this.#set(change.mungedId, {}, 'connection', 'intentBy');
        break;
      case 'quarantine_token':
        await this.#quarantine(change.token);
        break;
      case 'delete_quarantined':
        await quarantine.remove(this.#query, change.mungedId);
        break;
      case 'put_attempt': {
        const put = await attempts.put(this.#query, change.attempt);
        if (put?.ended === true) this.ended.push(put);
        break;
      }
      case 'delete_attempt':
        await attempts.remove(this.#query, change.state);
        break;
    }
  }

  /** Compare-and-set: what came of a token set that no longer counts must not take the place of a newer one. */
  async #putToken(change: Extract<Change, { op: 'put_token' }>): Promise<void> {
    const { mungedId, tokenSet, replaces } = change;
    const current = this.rows.get(mungedId)?.tokenSet;
    if (replaces === undefined || (await this.#counts(mungedId, current, replaces))) {
      this.#set(mungedId, { tokenSet });
      this.#superseded.delete(mungedId);
      return;
    }
    // The same commit once more: its answer had been lost with the connection.
    if (current !== undefined && digestOfTokenSet(current) === digestOfTokenSet(tokenSet)) return;
    this.#superseded.add(mungedId);
    await this.#quarantine({ mungedId, tokenSet, reason: 'superseded', at: Date.now() });
  }

  async #counts(mungedId: MungedId, current: TokenSet | undefined, replaces: string): Promise<boolean> {
    if (current !== undefined) return digestOfTokenSet(current) === replaces;
    if (replaces === NO_TOKEN) return true;
    // Another broker has spent it a second time and was refused: then this answer is the one that is good.
    return this.#parts.quarantine.isRefused(this.#query, mungedId, replaces);
  }

  #putConnection(connection: Connection): void {
    const { mungedId, intent } = connection;
    const before = this.rows.get(mungedId);
    if (this.#superseded.has(mungedId)) {
      // How the connection stands is what came with the newer token set.
      this.#set(mungedId, {}, ...(before?.intentBy === this.#parts.instance ? (['intentBy'] as const) : []));
      return;
    }
    const known = before?.connection?.intent;
    const isKnown = intent !== undefined && known?.at === intent.at && known.spent === intent.spent;
    if (intent === undefined) this.#set(mungedId, { connection }, 'intentBy');
    else if (isKnown) this.#set(mungedId, { connection });
    else this.#set(mungedId, { connection, intentBy: this.#parts.instance });
  }

  async #quarantine(token: QuarantinedToken): Promise<void> {
    const visibility = this.rows.get(token.mungedId)?.visibility ?? this.#parts.home;
    await this.#parts.quarantine.put(this.#query, token, visibility);
  }

  #set(
    mungedId: MungedId,
    fields: Partial<ConnectionRow>,
    ...without: ReadonlyArray<'app' | 'tokenSet' | 'connection' | 'intentBy'>
  ): void {
    const before = this.rows.get(mungedId);
    if (before === undefined) return;
    const after = { ...before, ...fields };
    for (const field of without) delete after[field];
    this.rows.set(mungedId, after);
  }
}

function isOtherState(before: Connection | undefined, now: Connection | undefined): boolean {
  return before?.state !== now?.state || before?.reason !== now?.reason;
}
