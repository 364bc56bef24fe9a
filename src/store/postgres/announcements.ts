import type { Elsewhere } from '../port.ts';
import type { Attempt } from '../records.ts';
import type { Sealer } from '../sealing.ts';
import { lookupDigest } from '../token-digest.ts';
import type { ConnectionRow } from './connection-rows.ts';
import type { Query } from './database.ts';
import type { Place } from './place.ts';

/** Every broker listens here; what it hears only tells it where to look. */
export const CHANNEL = 'ovos_oauth';
/** A device that was away for longer starts anew. */
const FORGOTTEN_AFTER = `interval '30 days'`;
const MOST_AT_ONCE = 100;

/** A notification, as it was understood. */
export type Notification =
  | { readonly of: 'connection'; readonly key: string; readonly version: number }
  | { readonly of: 'announcements' };

/** What brokers have to tell each other: the table is the truth, a notification wakes whoever is there. */
export class Announcements {
  readonly #sealer: Sealer;
  readonly #place: Place;

  constructor(sealer: Sealer, place: Place) {
    this.#sealer = sealer;
    this.#place = place;
  }

  /** A row has another content: who has a copy of it looks again. */
  async changed(query: Query, { mungedId, version }: ConnectionRow): Promise<void> {
    await this.#notify(query, `c ${lookupDigest(mungedId)} ${version}`);
  }

  /** The state of a connection changed: every other device that sees it tells its bus. */
  async stateChanged(query: Query, { mungedId, visibility }: ConnectionRow): Promise<void> {
    const rows = await query<{ name: string }>(
      `select name from ovos_oauth.devices
       where name <> $1 and seen_at > now() - ${FORGOTTEN_AFTER}
         and ($2 = 'all' or $2 = 'device:' || name or $2 = any(select 'group:' || g from unnest(groups) as g))`,
      [this.#place.device, visibility],
    );
    for (const { name } of rows) await this.#tell(query, name, { what: 'state_changed', mungedId });
  }

  /** A sign-in ended: the device that was asked hears of it, where it is another one. */
  async attemptEnded(query: Query, device: string, { origin: _here, ...attempt }: Attempt): Promise<void> {
    if (device !== this.#place.device) await this.#tell(query, device, { what: 'attempt_ended', attempt });
  }

  /** What this device has yet to be told, oldest first. */
  async pending(query: Query): Promise<ReadonlyArray<{ readonly id: string; readonly event: Elsewhere }>> {
    const { device } = this.#place;
    // Sealed with a key that is not here, or not here yet, it waits, and the others go on.
    for (let last = '0'; ; ) {
      const rows = await query<{ id: string; sealed_body: string }>(
        `select id, sealed_body from ovos_oauth.announcements
         where device = $1 and id > $2::bigint order by id limit ${MOST_AT_ONCE}`,
        [device, last],
      );
      const opened = rows.flatMap(({ id, sealed_body: sealed }) => {
        const event = this.#open(sealed);
        return event === undefined ? [] : [{ id, event }];
      });
      last = rows.at(-1)?.id ?? last;
      if (opened.length > 0 || rows.length < MOST_AT_ONCE) return opened;
    }
  }

  async told(query: Query, ids: readonly string[]): Promise<void> {
    await query(`delete from ovos_oauth.announcements where id = any($1::bigint[])`, [ids]);
  }

  /** Enters this device into the list of those who are told. */
  async present(query: Query): Promise<void> {
    const { device, groups } = this.#place;
    await query(
      `insert into ovos_oauth.devices (name, groups) values ($1, $2)
       on conflict (name) do update set groups = excluded.groups, seen_at = now()`,
      [device, groups],
    );
    await query(`delete from ovos_oauth.announcements where at < now() - ${FORGOTTEN_AFTER}`);
  }

  /** @returns undefined where it is none of ours, or for another device */
  read(payload: string): Notification | undefined {
    const [kind, key = '', version] = payload.split(' ');
    if (kind === 'c') return { of: 'connection', key, version: Number(version) };
    return kind === 'a' && key === lookupDigest(this.#place.device) ? { of: 'announcements' } : undefined;
  }

  #open(sealed: string): Elsewhere | undefined {
    try {
      return JSON.parse(this.#sealer.open(sealed, aadOf(this.#place.device))) as Elsewhere;
    } catch {
      return undefined;
    }
  }

  async #tell(query: Query, device: string, event: Elsewhere): Promise<void> {
    await query(`insert into ovos_oauth.announcements (device, sealed_body) values ($1, $2)`, [
      device,
      this.#sealer.seal(JSON.stringify(event), aadOf(device)),
    ]);
    await this.#notify(query, `a ${lookupDigest(device)}`);
  }

  async #notify(query: Query, payload: string): Promise<void> {
    await query(`select pg_notify($1, $2)`, [CHANNEL, payload]);
  }
}

function aadOf(device: string): string {
  return `announcements:${device}`;
}
