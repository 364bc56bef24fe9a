import { type Attempt, isWaiting } from '../records.ts';
import type { Sealer } from '../sealing.ts';
import { lookupDigest } from '../token-digest.ts';
import type { Claim } from '../port.ts';
import type { Query } from './database.ts';

interface StoredAttempt {
  readonly state_digest: string;
  readonly device: string;
  readonly claimed_by: string | null;
  readonly sealed_attempt: string;
}

const COLUMNS = 'state_digest, device, claimed_by, sealed_attempt';
/** What has been over for so long nobody asks after any more; an open one may still be pasted. */
const SWEEP = `delete from ovos_oauth.attempts where id in (
  select id from ovos_oauth.attempts where expires_at < now() - interval '10 minutes' and
    (is_over or expires_at < now() - interval '1 day') order by expires_at limit 1000)`;

/** An attempt that was put, and whose bus hears of it. */
export interface PutAttempt {
  readonly attempt: Attempt;
  readonly device: string;
  /** It has ended just now. */
  readonly ended: boolean;
}

/** Reads and writes attempts: what finds them is a digest, what they are is sealed. */
export class AttemptRows {
  readonly #sealer: Sealer;
  readonly #device: string;

  constructor(sealer: Sealer, device: string) {
    this.#sealer = sealer;
    this.#device = device;
  }

  async find(query: Query, state: string): Promise<Attempt | undefined> {
    const [row] = await query<StoredAttempt>(
      `select ${COLUMNS} from ovos_oauth.attempts where state_digest = $1`,
      [lookupDigest(state)],
    );
    return row === undefined ? undefined : this.#opened(row);
  }

  async ofLink(query: Query, linkCode: string): Promise<readonly Attempt[]> {
    const rows = await query<StoredAttempt>(
      `select ${COLUMNS} from ovos_oauth.attempts where link_digest = $1 order by id`,
      [lookupDigest(linkCode)],
    );
    return rows.map((row) => this.#opened(row));
  }

  /** Those that this device has to see to: asked for here, unless another one is at it, or being completed here. */
  async own(query: Query): Promise<readonly Attempt[]> {
    const rows = await query<StoredAttempt>(
      `select ${COLUMNS} from ovos_oauth.attempts
       where (device = $1 and (is_over or claimed_by is null)) or claimed_by = $1 order by id`,
      [this.#device],
    );
    return rows.map((row) => this.#opened(row));
  }

  /** As it is at the end of it: of any number of callers, on whatever broker, exactly one claims. */
  async claim(query: Query, state: string, at: number): Promise<Claim> {
    const [row] = await query<StoredAttempt>(
      `select ${COLUMNS} from ovos_oauth.attempts where state_digest = $1 for update`,
      [lookupDigest(state)],
    );
    if (row === undefined) return { status: 'unknown' };
    const attempt = this.#opened(row);
    if (!isWaiting(attempt)) return { status: 'used', attempt };
    const claimed: Attempt = { ...attempt, claimedAt: at };
    await query(
      `update ovos_oauth.attempts set claimed_by = $2, sealed_attempt = $3 where state_digest = $1`,
      [row.state_digest, this.#device, this.#sealed(claimed, row.state_digest)],
    );
    return { status: 'claimed', attempt: claimed };
  }

  /**
   * Makes or changes an attempt. What has ended stays as it is, and so does what somebody has claimed since the writer has
   * looked.
   */
  async put(query: Query, attempt: Attempt): Promise<PutAttempt | undefined> {
    const key = lookupDigest(attempt.state);
    const lifetime = Math.max(attempt.expiresAt - attempt.createdAt, 0);
    const [made] = await query<{ id: string }>(
      `insert into ovos_oauth.attempts
         (state_digest, link_digest, munged_id, device, claimed_by, is_over, expires_at, sealed_attempt)
       values ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 ms', $8)
       on conflict (state_digest) do nothing returning id`,
      [
        key,
        attempt.linkCode === undefined ? null : lookupDigest(attempt.linkCode),
        attempt.mungedId,
        this.#device,
        attempt.claimedAt === undefined ? null : this.#device,
        attempt.end !== undefined,
        lifetime,
        this.#sealed(attempt, key),
      ],
    );
    if (made !== undefined) return { attempt, device: this.#device, ended: attempt.end !== undefined };
    const [row] = await query<StoredAttempt>(
      `select ${COLUMNS} from ovos_oauth.attempts where state_digest = $1 for update`,
      [key],
    );
    if (row === undefined) return undefined;
    const before = this.#opened(row);
    const isOutdated = before.claimedAt !== undefined && attempt.claimedAt === undefined;
    if (before.end !== undefined || isOutdated) return undefined;
    await query(
      `update ovos_oauth.attempts set link_digest = $2, is_over = $3, sealed_attempt = $4 where state_digest = $1`,
      [
        key,
        attempt.linkCode === undefined ? null : lookupDigest(attempt.linkCode),
        attempt.end !== undefined,
        this.#sealed(attempt, key),
      ],
    );
    const { asker } = before;
    // Whoever asked is yet to be told, by the broker of their device.
    const told = asker === undefined ? attempt : { ...attempt, asker };
    return { attempt: told, device: row.device, ended: attempt.end !== undefined };
  }

  async remove(query: Query, state: string): Promise<void> {
    await query(`delete from ovos_oauth.attempts where state_digest = $1`, [lookupDigest(state)]);
  }

  async sweep(query: Query): Promise<void> {
    await query(SWEEP);
  }

  #sealed({ origin: _ofTheReader, ...attempt }: Attempt, key: string): string {
    return this.#sealer.seal(JSON.stringify(attempt), `attempts:${key}`);
  }

  #opened({ state_digest: key, device, sealed_attempt: sealed }: StoredAttempt): Attempt {
    const attempt = JSON.parse(this.#sealer.open(sealed, `attempts:${key}`)) as Attempt;
    return device === this.#device ? attempt : { ...attempt, origin: device };
  }
}
