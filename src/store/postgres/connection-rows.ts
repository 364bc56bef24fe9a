import * as v from 'valibot';
import { type Log, logFailure } from '../../log.ts';
import type { TokenSet } from '../../oauth/token-set.ts';
import type { App, Connection, MungedId } from '../records.ts';
import type { Sealer } from '../sealing.ts';
import { digestOfTokenSet } from '../token-digest.ts';
import type { Query } from './database.ts';

/** One row of `connections`, opened. */
export interface ConnectionRow {
  readonly id: string;
  readonly mungedId: MungedId;
  readonly visibility: string;
  readonly version: number;
  readonly app?: App;
  readonly tokenSet?: TokenSet;
  readonly connection?: Connection;
  /** The instance whose request is under way, or whose end nobody knows. */
  readonly intentBy?: string;
}

/** As the driver brings it. */
interface StoredRow {
  readonly id: string;
  readonly munged_id: string;
  readonly visibility: string;
  readonly version: string;
  readonly sealed_app: string | null;
  readonly sealed_token: string | null;
  readonly connection: unknown;
  readonly intent_by: string | null;
}

const COLUMNS = `id, munged_id, visibility, version, sealed_app, sealed_token, connection, intent_by`;

// What is sealed is what this program has sealed: its form was judged before it was committed.
const connectionSchema = v.custom<Connection>((value) =>
  v.is(v.looseObject({ mungedId: v.string(), state: v.string(), since: v.number() }), value),
);

/** Reads and writes rows of `connections`; the caller brings the transaction. */
export class ConnectionRows {
  readonly #sealer: Sealer;
  readonly #visible: readonly string[];
  readonly #log: Log;
  /** Rows that the log has told of. */
  readonly #unreadable = new Set<string>();

  /** @param visible what counts first at the front */
  constructor(sealer: Sealer, visible: readonly string[], log: Log) {
    this.#sealer = sealer;
    this.#visible = visible;
    this.#log = log;
  }

  /** The row that counts for each of these, where there is one. */
  async find(
    query: Query,
    ids: readonly MungedId[],
    lock: '' | 'for update' = '',
  ): Promise<ReadonlyMap<MungedId, ConnectionRow>> {
    // Locked in one order by everybody, so that no two wait for each other.
    const rows = await query<StoredRow>(
      `select ${COLUMNS} from ovos_oauth.connections
       where munged_id = any($1) and visibility = any($2) order by id ${lock}`,
      [ids, this.#visible],
    );
    return new Map([...this.#effective(rows)].map(([id, row]) => [id, this.#opened(row)]));
  }

  /** Every row that counts for this device, oldest first. */
  async all(query: Query): Promise<readonly ConnectionRow[]> {
    const rows = await query<StoredRow>(
      `select ${COLUMNS} from ovos_oauth.connections where visibility = any($1) order by id`,
      [this.#visible],
    );
    return [...this.#effective(rows).values()]
      .flatMap((row) => this.#openedIfPossible(row))
      .toSorted((one, other) => Number(one.id) - Number(other.id));
  }

  /** Takes up at most `most` rows that are due, so that no other broker does for `pause` milliseconds. */
  async pick(query: Query, most: number, pause: number): Promise<readonly ConnectionRow[]> {
    const rows = await query<StoredRow>(
      `with due as (
         select c.id from unnest($1::text[]) as seen (visibility)
         cross join lateral (
           select id from ovos_oauth.connections
           where visibility = seen.visibility and due_at <= now()
             and (picked_until is null or picked_until <= now())
           order by due_at limit $2 for update skip locked
         ) as c limit $2
       )
       update ovos_oauth.connections set picked_until = now() + $3 * interval '1 ms'
       where id in (select id from due) returning ${COLUMNS}`,
      [this.#visible, most, pause],
    );
    return rows.flatMap((row) => this.#openedIfPossible(row));
  }

  /** Milliseconds until the next row is due that nobody has taken up; undefined where there is none. */
  async nextDue(query: Query): Promise<number | undefined> {
    const [row] = await query<{ wait: number | null }>(
      `select extract(epoch from min(c.at) - now())::float8 * 1000 as wait
       from unnest($1::text[]) as seen (visibility)
       cross join lateral (
         select greatest(due_at, picked_until) as at from ovos_oauth.connections
         where visibility = seen.visibility and due_at is not null order by due_at limit 64
       ) as c`,
      [this.#visible],
    );
    return row?.wait ?? undefined;
  }

  /** Makes the rows that are missing, empty. */
  async make(query: Query, ids: readonly MungedId[], visibility: string): Promise<void> {
    await query(
      `insert into ovos_oauth.connections (munged_id, visibility)
       select unnest($1::text[]), $2 on conflict do nothing`,
      [ids, visibility],
    );
  }

  /**
   * Writes a row that the caller has locked; an empty one goes.
   *
   * @param dueAt milliseconds since the Unix epoch
   */
  async write(query: Query, row: ConnectionRow, dueAt: number | undefined): Promise<void> {
    const { id, app, tokenSet, connection, intentBy, version } = row;
    if (app === undefined && tokenSet === undefined && connection === undefined) {
      await query(`delete from ovos_oauth.connections where id = $1`, [id]);
      return;
    }
    await query(
      `update ovos_oauth.connections set
         sealed_app = $2, sealed_token = $3, token_digest = $4, connection = $5, intent_by = $6,
         due_at = to_timestamp($7::float8 / 1000), version = $8, picked_until = null
       where id = $1`,
      [
        id,
        app === undefined ? null : this.#sealer.seal(JSON.stringify(app), aadOf('app', id)),
        tokenSet === undefined ? null : this.#sealer.seal(JSON.stringify(tokenSet), aadOf('token', id)),
        tokenSet === undefined ? null : digestOfTokenSet(tokenSet),
        connection === undefined ? null : JSON.stringify(connection),
        intentBy ?? null,
        dueAt ?? null,
        version,
      ],
    );
  }

  #effective(rows: readonly StoredRow[]): ReadonlyMap<MungedId, StoredRow> {
    const rank = (row: StoredRow): number => this.#visible.indexOf(row.visibility);
    const best = new Map<MungedId, StoredRow>();
    for (const row of rows) {
      const mungedId = row.munged_id as MungedId;
      const other = best.get(mungedId);
      if (other === undefined || rank(row) < rank(other)) best.set(mungedId, row);
    }
    return best;
  }

  /** One row that was tampered with, or sealed with a key that is not here, must not hide all others. */
  #openedIfPossible(row: StoredRow): ConnectionRow[] {
    try {
      return [this.#opened(row)];
    } catch (error) {
      if (this.#unreadable.has(row.id)) return [];
      this.#unreadable.add(row.id);
      logFailure(this.#log, 'A connection in the common store cannot be read.', error, {
        mungedId: row.munged_id,
      });
      return [];
    }
  }

  #opened(row: StoredRow): ConnectionRow {
    const { id, sealed_app: app, sealed_token: token, connection, intent_by: intentBy } = row;
    const open = (sealed: string, column: 'app' | 'token'): unknown =>
      JSON.parse(this.#sealer.open(sealed, aadOf(column, id)));
    return {
      id,
      mungedId: row.munged_id as MungedId,
      visibility: row.visibility,
      version: Number(row.version),
      ...(app === null ? {} : { app: open(app, 'app') as App }),
      ...(token === null ? {} : { tokenSet: open(token, 'token') as TokenSet }),
      ...(connection === null ? {} : { connection: v.parse(connectionSchema, connection) }),
      ...(intentBy === null ? {} : { intentBy }),
    };
  }
}

function aadOf(column: 'app' | 'token', id: string): string {
  return `connections.${column}:${id}`;
}
