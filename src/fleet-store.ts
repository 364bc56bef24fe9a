import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dueAt } from './broker/refresh-due.ts';
import { callbackUri } from './broker/redirect-uri.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Settings } from './config/settings.ts';
import type { FleetSettings } from './config/fleet-settings.ts';
import { defined } from './defined.ts';
import { OAuthBrokerError } from './errors.ts';
import { hideMemory } from './hidden-memory.ts';
import type { Log } from './log.ts';
import type { DatabaseAddress } from './store/postgres/database.ts';
import { isLocalHost, readDatabaseUrl } from './store/postgres/database-url.ts';
import type { Visibility } from './store/postgres/place.ts';
import { PostgresStore } from './store/postgres/postgres-store.ts';
import { openSeal } from './store/sealing-key.ts';

export interface FleetStoreDeps {
  readonly clock?: Clock;
  readonly log: Log;
  /** For the password of the database, where the settings name a variable. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The common store that the settings speak of, not opened yet.
 *
 * @throws OAuthBrokerError `config_invalid` with the field that is missing or wrong, `store_key_unreadable`
 */
export async function createFleetStore(
  settings: Settings & { readonly store: FleetSettings },
  { clock = systemClock, log, env }: FleetStoreDeps,
): Promise<PostgresStore> {
  const { store, sealing, paths } = settings;
  const { stateDir, cacheDir, tempDir, credentialsDir } = paths;
  // Every device has to have the same key, so nothing can be derived from what one of them is told.
  if (sealing === undefined || sealing.ask || !sealing.enabled) throw invalid('sealing');
  await hideMemory();
  const { sealer, salt } = await openSeal(sealing, defined({ credentialsDir }), undefined);
  if (salt !== undefined) throw invalid('sealing');
  const { device, groups, visibility } = store;
  const home: Visibility = visibility === 'device' ? `device:${device}` : visibility;
  return new PostgresStore({
    address: await addressOf(store, credentialsDir, env),
    place: { device, groups, home },
    sealer,
    stateDir,
    clock,
    log,
    dueAt: (tokenSet, connection) => dueAt(tokenSet, connection, clock.now()),
    shared: {
      cacheDir,
      tempDir,
      sharing: settings.sharedFiles,
      callbackEndpoint: (mungedId) =>
        callbackUri(settings.redirect.loopbackHost, settings.http.port, mungedId),
    },
  });
}

async function addressOf(
  store: FleetSettings,
  credentialsDir: string | undefined,
  env: FleetStoreDeps['env'],
): Promise<DatabaseAddress> {
  const address = readDatabaseUrl(store.url);
  const password = passwordOf(store, credentialsDir, env);
  const isEncrypted = store.tls ?? !isLocalHost(address.host);
  const ca =
    store.tlsCaFile === undefined
      ? undefined
      : await readFile(store.tlsCaFile, 'utf8').catch(() => undefined);
  if (store.tlsCaFile !== undefined && ca === undefined) throw invalid('store.tls_ca_file');
  return { ...address, ...defined({ password, tls: isEncrypted ? defined({ ca }) : undefined }) };
}

/** Read at each connection: a password that is changed needs no restart. */
function passwordOf(
  { password }: FleetSettings,
  credentialsDir: string | undefined,
  env: FleetStoreDeps['env'],
): (() => string) | undefined {
  if (password.from === 'nowhere') return undefined;
  if (password.from === 'environment') return () => env[password.name] ?? '';
  if (password.from === 'file') return () => secretIn(password.path);
  if (credentialsDir === undefined) throw invalid('store.password_credential');
  return () => secretIn(join(credentialsDir, password.name));
}

function secretIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new OAuthBrokerError('store_denied', { reason: 'password' }, { cause });
  }
}

function invalid(field: string): OAuthBrokerError {
  return new OAuthBrokerError('config_invalid', { field, path: 'mycroft.conf' });
}
