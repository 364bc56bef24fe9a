import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../clock.ts';
import { type Log, logFailure } from '../../log.ts';
import type { TokenSet } from '../../oauth/token-set.ts';
import { FileStore } from '../file-store.ts';
import type { Files } from '../files.ts';
import type { CallbackEndpoint } from '../ovos-files/app-entry.ts';
import type { Sharing } from '../ovos-files/sharing.ts';
import type { Change, ForeignChange } from '../port.ts';
import type { MungedId } from '../records.ts';
import type { Sealer } from '../sealing.ts';
import { lookupDigest, digestOfTokenSet, NO_TOKEN } from '../token-digest.ts';
import type { ConnectionRow } from './connection-rows.ts';

export interface SharedSettings {
  /** The json_database folder that Python programs share. */
  readonly cacheDir: string;
  /** Python's `tempfile.gettempdir()`, where its locks are. */
  readonly tempDir: string;
  readonly sharing: Sharing;
  readonly callbackEndpoint: CallbackEndpoint;
}

export interface SharedViewOptions extends SharedSettings {
  /** Where the notes on what the files have are kept, sealed. */
  readonly folder: string;
  readonly sealer: Sealer;
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  /** As it is now, and as the others see it. */
  readonly find: (mungedId: MungedId) => Promise<ConnectionRow | undefined>;
  readonly commit: (changes: readonly Change[]) => Promise<void>;
  readonly announce: (change: ForeignChange) => void;
}

/**
 * The OVOS files of a device of a fleet: they show the apps that skills on this device have registered, as the common
 * store has them; what Python programs write there goes to the common store, unless that has something newer.
 */
export class SharedView {
  readonly #options: SharedViewOptions;
  readonly #local: FileStore;
  readonly #stop: () => void;
  /** What the files show, by the digests that notifications name. */
  readonly #shown = new Map<string, MungedId>();
  /** One thing after the other, so that what is older does not come later. */
  #work = Promise.resolve();

  constructor(options: SharedViewOptions) {
    const { sealer, folder } = options;
    this.#options = options;
    this.#local = new FileStore({
      ...options,
      stateDir: join(folder, 'shared-view'),
      sealing: { isEnabled: true, open: async () => ({ sealer }) },
    });
    this.#stop = this.#local.onForeignChange((change) => void this.#inTurn(() => this.#takeIn(change)));
  }

  async open(): Promise<void> {
    await this.#local.open();
    for (const { mungedId } of await this.#local.apps()) this.#shown.set(lookupDigest(mungedId), mungedId);
  }

  async close(): Promise<void> {
    await this.#work;
    this.#stop();
    await this.#local.close();
  }

  /** A skill on this device uses the app: from now on the files show it. */
  show(mungedId: MungedId): Promise<void> {
    this.#shown.set(lookupDigest(mungedId), mungedId);
    return this.#inTurn(() => this.#bring(mungedId));
  }

  /** The common store has something new of the connection that this key is the digest of; if it is shown the files follow. */
  async changed(key: string): Promise<void> {
    const mungedId = this.#shown.get(key);
    if (mungedId !== undefined) await this.#inTurn(() => this.#bring(mungedId));
  }

  /** Everything may have changed. */
  async allChanged(): Promise<void> {
    for (const key of this.#shown.keys()) await this.changed(key);
  }

  /** Resolves when the files have what was told so far. */
  settled(): Promise<void> {
    return this.#work;
  }

  /** Takes in what Python programs have written by now. */
  async look(mungedId: MungedId): Promise<void> {
    await this.#local.reread(mungedId);
    await this.#work;
  }

  keepingOthersOff<T>(mungedId: MungedId, work: () => Promise<T>): Promise<T> {
    return this.#local.keepingOthersOff(mungedId, async () => {
      await this.#work;
      return work();
    });
  }

  async #bring(mungedId: MungedId): Promise<void> {
    const row = await this.#options.find(mungedId);
    const [app, tokenSet] = await Promise.all([this.#local.app(mungedId), this.#local.token(mungedId)]);
    const changes: Change[] = [];
    if (row?.app === undefined) {
      if (app !== undefined) changes.push({ op: 'delete_app', mungedId });
    } else if (!isDeepStrictEqual(row.app, app)) changes.push({ op: 'put_app', app: row.app });
    if (row?.tokenSet === undefined) {
      if (tokenSet !== undefined) changes.push({ op: 'delete_token', mungedId });
    } else if (!isDeepStrictEqual(row.tokenSet, tokenSet)) {
      changes.push({ op: 'put_token', mungedId, tokenSet: row.tokenSet });
    }
    await this.#local.commit(changes, 'synced');
  }

  async #takeIn(change: ForeignChange): Promise<void> {
    const { commit, announce } = this.#options;
    const changes = await this.#changesFor(change);
    if (changes.length === 0) return;
    await commit(changes);
    announce(change);
    // Where the common store had something newer, that comes back into the files.
    await this.#bring(change.mungedId);
  }

  async #changesFor({ mungedId, what }: ForeignChange): Promise<readonly Change[]> {
    if (what === 'token_adopted') return this.#adoption(mungedId);
    if (what === 'token_removed') return this.#removal(mungedId);
    const app = await this.#local.app(mungedId);
    // One that is gone here may be used by skills on other devices.
    return app === undefined ? [] : [{ op: 'put_app', app }];
  }

  async #adoption(mungedId: MungedId): Promise<readonly Change[]> {
    const [tokenSet, row] = await Promise.all([this.#local.token(mungedId), this.#options.find(mungedId)]);
    if (tokenSet === undefined) return [];
    const replaces = await this.#replacedBy(mungedId, tokenSet, row?.tokenSet);
    return [{ op: 'put_token', mungedId, tokenSet, replaces }];
  }

  async #removal(mungedId: MungedId): Promise<readonly Change[]> {
    const [removed] = await this.#local.quarantined(mungedId);
    const current = (await this.#options.find(mungedId))?.tokenSet;
    if (removed === undefined || current === undefined) return [];
    if (digestOfTokenSet(removed.tokenSet) !== digestOfTokenSet(current)) return [];
    return [
      { op: 'quarantine_token', token: removed },
      { op: 'delete_token', mungedId },
    ];
  }

  /** What was in the files before: only while the common store still has that does the newcomer count. */
  async #replacedBy(mungedId: MungedId, adopted: TokenSet, current: TokenSet | undefined): Promise<string> {
    if (current === undefined) return NO_TOKEN;
    if (current.refresh_token === adopted.refresh_token) return digestOfTokenSet(current);
    const replaced = (await this.#local.quarantined(mungedId)).find(
      ({ reason }) => reason === 'replaced_file',
    );
    return replaced === undefined ? NO_TOKEN : digestOfTokenSet(replaced.tokenSet);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      // The next change, or the next start, brings the files up to date.
      logFailure(
        this.#options.log,
        'The files that Python programs share do not follow the common store.',
        error,
      );
    });
    return this.#work;
  }
}
