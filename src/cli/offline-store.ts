import { loadSettings } from '../config/load.ts';
import { createLog } from '../log.ts';
import type { Files } from '../store/files.ts';
import type { Store } from '../store/port.ts';
import type { CommandProcess } from './process.ts';

/** What a command works on while no broker runs. */
export interface OfflineStore {
  readonly store: Store;
  readonly files: Files;
}

/**
 * Runs `work` on this device's store and closes it, whatever comes.
 * @throws OAuthBrokerError `store_locked` while the broker runs, `store_unwritable`, `store_newer`, `config_unreadable`,
 *   `config_invalid`
 */
export async function withStore<T>(
  process: CommandProcess,
  work: (offline: OfflineStore) => Promise<T>,
): Promise<T> {
  const { settings } = await loadSettings(process.env);
  // What is printed is the result; only what goes wrong is told beside it.
  const sink = { write: (line: string) => process.printError(line.trimEnd()) };
  const offline = await process.createStore(settings, createLog({ level: 'warn', json: false }, sink));
  await offline.store.open();
  try {
    return await work(offline);
  } finally {
    await offline.store.close();
  }
}
