import type { ConnectionState } from '../records.ts';
import type { Query } from './database.ts';

/** How many visible connections are in each state; without one nobody has signed in yet. */
export async function countStates(
  query: Query,
  visible: readonly string[],
): Promise<ReadonlyMap<ConnectionState, number>> {
  const rows = await query<{ state: ConnectionState; count: number }>(
    `select coalesce(connection->>'state', 'disconnected') as state, count(*)::int as count
     from ovos_oauth.connections where visibility = any($1) group by 1`,
    [visible],
  );
  return new Map(rows.map(({ state, count }) => [state, count]));
}

/** How many visible connections something is to be done for now. */
export async function countOverdue(query: Query, visible: readonly string[]): Promise<number> {
  const [row] = await query<{ count: number }>(
    `select count(*)::int as count from ovos_oauth.connections where visibility = any($1) and due_at <= now()`,
    [visible],
  );
  return row?.count ?? 0;
}
