import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import { asBrokerError, OAuthBrokerError } from '../errors.ts';
import type { Files } from '../store/files.ts';
import type { Store } from '../store/port.ts';
import { readArchive, writeArchive } from './archive-file.ts';
import { type Arrival, arrive } from './arrive.ts';
import {
  type ArchiveKind,
  type Contents,
  decodeContents,
  encodeContents,
  type Holdings,
  holdingsOf,
} from './contents.ts';
import { leaveBehind } from './leave.ts';
import { seal, type SealCost, unseal } from './seal.ts';

export interface ExportOptions {
  /** Open, so that no broker is running on it. */
  readonly store: Store;
  readonly files: Files;
  readonly clock: Pick<Clock, 'now'>;
  /** Of the archive; there must be no such file. */
  readonly path: string;
  readonly passphrase: string;
  readonly kind: ArchiveKind;
  readonly cost?: SealCost;
}

/**
 * Writes everything into an archive and, where it is a move, stops using it: first the archive is durable, then the
 * store says so. Whenever the process ends in between, the sign-ins are in one place at least.
 *
 * @returns what is in the archive
 * @throws OAuthBrokerError `archive_exists`, `archive_unwritable`: nothing has changed; `move_unfinished`: the archive
 *   is whole and the device goes on as before
 */
export async function exportArchive(options: ExportOptions): Promise<Holdings> {
  const { store, files, clock, path, passphrase, kind, cost } = options;
  let holdings = await holdingsOf(store);
  for (;;) {
    const sealed = await seal(encodeContents(holdings, kind), passphrase, cost);
    await writeArchive(files, path, sealed);
    // A Python program may have refreshed a token meanwhile; what was spent must not be all that goes along.
    await Promise.all([...holdings.tokens.keys()].map((mungedId) => store.reread(mungedId)));
    const now = await holdingsOf(store);
    if (isDeepStrictEqual(now, holdings)) break;
    files.remove(path);
    holdings = now;
  }
  if (kind === 'copy') return holdings;
  try {
    await store.commit(leaveBehind(holdings, clock.now()), 'synced');
  } catch (thrown) {
    throw new OAuthBrokerError('move_unfinished', { path }, { cause: asBrokerError(thrown) });
  }
  return holdings;
}

/** @throws OAuthBrokerError `archive_unreadable`, `archive_damaged`, `archive_newer`, `passphrase_wrong` */
export async function openArchive(files: Files, path: string, passphrase: string): Promise<Contents> {
  return decodeContents(await unseal(readArchive(files, path), passphrase, path), path);
}

export interface ImportOptions {
  /** Open, so that no broker is running on it. */
  readonly store: Store;
  readonly contents: Contents;
  readonly clock: Pick<Clock, 'now'>;
  /** Asked before anything of this device gives way. */
  readonly confirm: (arrival: Arrival) => Promise<boolean>;
}

/**
 * Takes an archive's contents in, all or nothing.
 *
 * @returns undefined where `confirm` said no; then nothing has changed
 * @throws OAuthBrokerError `store_unavailable`; then nothing has changed
 */
export async function importArchive(options: ImportOptions): Promise<Arrival | undefined> {
  const { store, contents, clock, confirm } = options;
  const asked = arrive(contents, await holdingsOf(store), clock.now());
  if (asked.replaced.length > 0 && !(await confirm(asked))) return undefined;
  const arrival = arrive(contents, await holdingsOf(store), clock.now());
  await store.commit(arrival.changes, 'synced');
  return arrival;
}
