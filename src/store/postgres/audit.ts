import type { Clock } from '../../clock.ts';
import { asBrokerError } from '../../errors.ts';
import { type Log, logFailure } from '../../log.ts';
import type { MungedId, Use } from '../records.ts';
import type { Query } from './database.ts';

/** Milliseconds for which uses are collected: whoever asks for a token does not wait for the database. */
const COLLECT_FOR = 10_000;
/** Uses that are the same but for their time and lie in the same minute are one row with a count. */
const MINUTE = 60_000;
/** Rows that wait for a database that is away, at most; what comes later counts only where a row of its kind waits. */
const MOST_WAITING = 5_000;
/** What the table keeps, at most. */
const KEPT_FOR = `interval '90 days'`;
export const MOST_ROWS = 100_000;
/** Characters of a name that somebody on the bus has given themselves. */
const LONGEST_NAME = 128;

export interface AuditOptions {
  readonly query: Query;
  readonly device: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly most?: number;
}

interface Waiting {
  readonly use: Use;
  count: number;
}

/** Who asked for which token when; never the token. Rows are written in batches, and old ones go by themselves. */
export class Audit {
  readonly #options: AuditOptions;
  #waiting = new Map<string, Waiting>();
  #cancel: (() => void) | undefined;
  #writing = Promise.resolve();

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  /** Writes a use down in a while. */
  note({ mungedId, asker, outcome, at }: Pick<Use, 'mungedId' | 'asker' | 'outcome' | 'at'>): void {
    const { device, clock } = this.#options;
    const minute = Math.floor(at / MINUTE) * MINUTE;
    const use = { mungedId, asker: asker.slice(0, LONGEST_NAME), outcome, device, at: minute, count: 1 };
    const key = JSON.stringify([mungedId, use.asker, outcome, minute]);
    const known = this.#waiting.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#waiting.size < MOST_WAITING) this.#waiting.set(key, { use, count: 1 });
    this.#cancel ??= clock.after(COLLECT_FOR, () => void this.write());
  }

  /** Writes now what waits; what the database does not take waits on. */
  write(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#writing = this.#writing.then(() => this.#writeNow());
    return this.#writing;
  }

  /** Newest first. */
  async uses(mungedId: MungedId | undefined, most: number): Promise<readonly Use[]> {
    await this.write();
    const rows = await this.#options.query<{
      munged_id: string;
      device: string;
      asker: string;
      outcome: string;
      at: string;
      count: number;
    }>(
      `select munged_id, device, asker, outcome, (extract(epoch from at) * 1000)::bigint as at, count
       from ovos_oauth.uses where $1::text is null or munged_id = $1 order by id desc limit $2`,
      [mungedId ?? null, most],
    );
    return rows.map(({ munged_id: id, at, ...use }) => ({
      ...use,
      mungedId: id as MungedId,
      outcome: use.outcome as Use['outcome'],
      at: Number(at),
    }));
  }

  /** Removes what is too old or too much. */
  async sweep(query: Query): Promise<void> {
    await query(
      `delete from ovos_oauth.uses where at < now() - ${KEPT_FOR}
       or id <= (select id from ovos_oauth.uses order by id desc offset $1 limit 1)`,
      [this.#options.most ?? MOST_ROWS],
    );
  }

  async #writeNow(): Promise<void> {
    const batch = [...this.#waiting.values()];
    if (batch.length === 0) return;
    this.#waiting = new Map();
    try {
      await this.#options.query(
        `insert into ovos_oauth.uses (device, munged_id, asker, outcome, at, count)
         select $1, munged_id, asker, outcome, to_timestamp(at / 1000), count
         from unnest($2::text[], $3::text[], $4::text[], $5::float8[], $6::int[])
           as used (munged_id, asker, outcome, at, count)`,
        [
          this.#options.device,
          batch.map(({ use }) => use.mungedId),
          batch.map(({ use }) => use.asker),
          batch.map(({ use }) => use.outcome),
          batch.map(({ use }) => use.at),
          batch.map(({ count }) => count),
        ],
      );
    } catch (thrown) {
      const error = asBrokerError(thrown);
      if (error.code !== 'store_unavailable') {
        logFailure(this.#options.log, 'Who asked for tokens cannot be written down.', error);
        return;
      }
      for (const { use, count } of batch) this.#again(use, count);
    }
  }

  /** While the database is away. */
  #again(use: Use, count: number): void {
    const key = JSON.stringify([use.mungedId, use.asker, use.outcome, use.at]);
    const known = this.#waiting.get(key);
    if (known !== undefined) known.count += count;
    else if (this.#waiting.size < MOST_WAITING) this.#waiting.set(key, { use, count });
    this.#cancel ??= this.#options.clock.after(COLLECT_FOR, () => void this.write());
  }
}
