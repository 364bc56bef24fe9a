import type { Sealer } from '../sealing.ts';
import type { Database } from './database.ts';

/** Columns that are sealed for long, and what they are bound to; the rest is gone within a day or a month. */
const COLUMNS = [
  { table: 'connections', column: 'sealed_app', aad: `'connections.app:' || id` },
  { table: 'connections', column: 'sealed_token', aad: `'connections.token:' || id` },
  {
    table: 'quarantined',
    column: 'sealed_token',
    aad: `'quarantined.token:' || token_digest || ':' || munged_id`,
  },
  { table: 'attempts', column: 'sealed_attempt', aad: `'attempts:' || state_digest` },
  { table: 'announcements', column: 'sealed_body', aad: `'announcements:' || device` },
] as const;

const AT_ONCE = 200;

/**
 * Seals with the current key whatever an older one has sealed. Several brokers may do it at the same time.
 *
 * @returns how many values there were
 */
export async function resealAll(database: Database, sealer: Sealer): Promise<number> {
  let count = 0;
  for (const { table, column, aad } of COLUMNS) {
    for (const keyId of sealer.olderKeyIds) {
      // From one id to the next, so that what another broker has done in between is not looked for again.
      for (let from = '0', last: string | undefined = from; last !== undefined; from = last ?? from) {
        const rows = await database.query<{ id: string; sealed: string; aad: string }>(
          `select id, ${column} as sealed, ${aad} as aad from ovos_oauth.${table}
           where id > $1 and starts_with(${column}, $2) order by id limit ${AT_ONCE}`,
          [from, `1.${keyId}.`],
        );
        for (const { id, sealed, aad: bound } of rows) {
          // Who has written it meanwhile has sealed it anew.
          await database.query(
            `update ovos_oauth.${table} set ${column} = $2 where id = $1 and ${column} = $3`,
            [id, sealer.seal(sealer.open(sealed, bound), bound), sealed],
          );
        }
        count += rows.length;
        last = rows.at(-1)?.id;
      }
    }
  }
  return count;
}
