import { once } from 'node:events';
import { connect } from 'node:net';
import { readDatabaseUrl } from '../../store/postgres/database-url.ts';
import type { Check } from '../check.ts';
import { type Finding, finding } from '../finding.ts';

/** Milliseconds. */
const PATIENCE = 3_000;

/** The common store of a fleet. */
export const database: Check = {
  group: 'store',
  async look({ settings }, signal) {
    if (settings.store === undefined) return [];
    const { host, port } = readDatabaseUrl(settings.store.url);
    return [await lookAtDatabase(host, port, signal)];
  },
};

/**
 * Whether somebody listens there; what is in it only a broker opens.
 *
 * @param host or the folder of a Unix socket, as libpq has it
 */
export async function lookAtDatabase(host: string, port: number, signal: AbortSignal): Promise<Finding> {
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) });
    return finding('database_ok', { host, port });
  } catch (thrown) {
    const reason = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'no answer';
    return finding('database_unreachable', { host, port, reason });
  } finally {
    socket.destroy();
  }
}
