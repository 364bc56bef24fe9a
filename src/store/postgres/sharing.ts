import { OAuthBrokerError } from '../../errors.ts';
import type { Audience, MungedId } from '../records.ts';
import type { Announcements } from './announcements.ts';
import type { ConnectionRow, ConnectionRows } from './connection-rows.ts';
import type { Query } from './database.ts';

export interface SharingParts {
  readonly rows: ConnectionRows;
  readonly announcements: Announcements;
}

/**
 * Gives the connection that counts here to another audience, with what is quarantined of it: a move, so that one
 * revocation ends it for everybody. The caller has its turn and brings the transaction.
 *
 * @returns the row as it is now
 * @throws OAuthBrokerError `unknown_app`; `share_conflict` where that audience has one of its own
 */
export async function moveRow(
  query: Query,
  mungedId: MungedId,
  audience: Audience,
  { rows, announcements }: SharingParts,
): Promise<ConnectionRow> {
  const row = (await rows.find(query, [mungedId], 'for update')).get(mungedId);
  if (row === undefined) throw new OAuthBrokerError('unknown_app', { app: mungedId });
  if (row.visibility === audience) return row;
  const other = await query(`select 1 from ovos_oauth.connections where munged_id = $1 and visibility = $2`, [
    mungedId,
    audience,
  ]);
  if (other.length > 0) throw new OAuthBrokerError('share_conflict', { app: mungedId, with: audience });
  const moved = { ...row, visibility: audience, version: row.version + 1 };
  await query(`update ovos_oauth.connections set visibility = $2, version = $3 where id = $1`, [
    row.id,
    audience,
    moved.version,
  ]);
  await query(`update ovos_oauth.quarantined set visibility = $3 where munged_id = $1 and visibility = $2`, [
    mungedId,
    row.visibility,
    audience,
  ]);
  await announcements.changed(query, moved);
  // Those who see it now, and those who did.
  await announcements.stateChanged(query, moved);
  return moved;
}

/** Who sees each connection that counts here. */
export async function audiences(
  query: Query,
  visible: readonly string[],
): Promise<ReadonlyMap<MungedId, Audience>> {
  const rows = await query<{ munged_id: string; visibility: string }>(
    `select distinct on (munged_id) munged_id, visibility from ovos_oauth.connections
     where visibility = any($1) order by munged_id, array_position($1, visibility)`,
    [visible],
  );
  return new Map(rows.map((row) => [row.munged_id as MungedId, row.visibility as Audience]));
}
