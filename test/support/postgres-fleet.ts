import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { silentLog } from '../../src/log.ts';
import type { DatabaseAddress } from '../../src/store/postgres/database.ts';
import { readDatabaseUrl } from '../../src/store/postgres/database-url.ts';
import type { Place } from '../../src/store/postgres/place.ts';
import { PostgresStore, type PostgresStoreOptions } from '../../src/store/postgres/postgres-store.ts';
import { Sealer } from '../../src/store/sealing.ts';
import type { PostgresServer } from './postgres.ts';

/** A database of a test's own, on which stores of several devices are opened. */
export interface PostgresFleet {
  readonly database: string;
  readonly key: Uint8Array;
  readonly url: string;
  readonly address: DatabaseAddress;
  /** A store of a device, not opened yet; each name has a folder of its own. */
  store(
    device: string,
    options?: Partial<Omit<PostgresStoreOptions, 'place'>> & { readonly place?: Partial<Place> },
  ): PostgresStore;
  stateDir(device: string): string;
  remove(): Promise<void>;
}

export async function createFleet(server: PostgresServer): Promise<PostgresFleet> {
  const database = `fleet_${randomUUID()}`;
  server.create(database);
  const folder = await mkdtemp(join(tmpdir(), 'ovos-oauth-fleet-'));
  const key = randomBytes(32);
  const url = server.url(database);
  const stateDir = (device: string): string => join(folder, device);
  return {
    database,
    key,
    url,
    address: readDatabaseUrl(url),
    stateDir,
    store: (device, { place, ...options } = {}) =>
      new PostgresStore({
        address: readDatabaseUrl(url),
        sealer: new Sealer(key),
        stateDir: stateDir(device),
        clock: systemClock,
        log: silentLog,
        dueAt: () => undefined,
        ...options,
        place: { device, groups: [], home: 'all', ...place },
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
