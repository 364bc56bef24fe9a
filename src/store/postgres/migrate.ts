import type { ClientBase } from 'pg';
import { OAuthBrokerError } from '../../errors.ts';
import { MIGRATIONS } from './migrations.ts';

/** Every process that changes the schema holds this advisory lock ("ovoa"). */
const SCHEMA_LOCK = 0x6f766f61;

/**
 * Brings the schema up to what this program needs, one process at a time. Where it is there already nothing is locked,
 * and no right to make tables is needed.
 *
 * @throws OAuthBrokerError `store_newer` where a newer program has been here; it is left alone
 */
export async function migrate(client: ClientBase, migrations = MIGRATIONS): Promise<void> {
  if ((await versionOf(client)) === migrations.length) return;
  // Outside of the transaction: one that began before another process was done would not see what that one has made.
  await client.query('select pg_advisory_lock($1)', [SCHEMA_LOCK]);
  try {
    await client.query('begin');
    await bringUp(client, migrations);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [SCHEMA_LOCK]).catch(() => undefined);
  }
}

async function bringUp(client: ClientBase, migrations: readonly string[]): Promise<void> {
  const from = await versionOf(client);
  if (from > migrations.length) throw new OAuthBrokerError('store_newer', { path: 'PostgreSQL' });
  if (from === 0) {
    await client.query('create schema if not exists ovos_oauth');
    await client.query('create table if not exists ovos_oauth.meta (version integer not null)');
    await client.query('insert into ovos_oauth.meta (version) values (0)');
  }
  for (const step of migrations.slice(from)) await client.query(step);
  await client.query('update ovos_oauth.meta set version = $1', [migrations.length]);
}

/** Of the schema that is there; 0 where there is none. */
async function versionOf(client: ClientBase): Promise<number> {
  const found = await client.query<{ there: boolean }>(
    `select to_regclass('ovos_oauth.meta') is not null as there`,
  );
  if (found.rows[0]?.there !== true) return 0;
  const { rows } = await client.query<{ version: number }>('select version from ovos_oauth.meta');
  return rows[0]?.version ?? 0;
}
