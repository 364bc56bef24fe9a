import { randomUUID } from 'node:crypto';
import { basename, join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { asBrokerError } from '../../errors.ts';
import { type Log, logFailure } from '../../log.ts';
import type { Files } from '../files.ts';
import type { Change } from '../port.ts';
import type { MungedId } from '../records.ts';
import type { Sealer } from '../sealing.ts';
import { writeNewFile } from '../write-new-file.ts';
import type { ConnectionRow } from './connection-rows.ts';

/** Milliseconds after a change; a memory card wears. */
const SAVE_PAUSE = 30_000;
/** What the name of a file begins with that could not be opened. */
const ASIDE = 'unsaved.sealed-';

/** Changes that the database could not take yet: a token set came, and the provider gives it only once. */
export interface Unsaved {
  readonly mungedId: MungedId;
  /** What was known of the connection when they came. */
  readonly row?: ConnectionRow;
  readonly changes: readonly Change[];
}

export interface DeviceCopyOptions {
  readonly folder: string;
  readonly files: Files;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Log;
  /** What is to be in the copy, asked for when it is written. */
  readonly rows: () => readonly ConnectionRow[];
}

/**
 * What a device keeps on its own disk for when the database is away, sealed: the access tokens that it has used last,
 * without their refresh tokens, and whatever the database has not taken yet.
 */
export class DeviceCopy {
  readonly #options: DeviceCopyOptions;
  #rows = new Map<MungedId, ConnectionRow>();
  #unsaved: readonly Unsaved[] = [];
  #cancel: (() => void) | undefined;
  #writing = Promise.resolve();

  constructor(options: DeviceCopyOptions) {
    this.#options = options;
  }

  /**
   * Reads what an earlier process has left. What cannot be opened is said; of what the database has not taken it is kept
   * aside, since it is nowhere else, and read again at each start: the key may be back.
   */
  open(): void {
    const aside = this.#namesAside().map((name) => ({ name, found: this.#readUnsaved(name) }));
    const unsaved = this.#readUnsaved('unsaved');
    if (unsaved === undefined) this.#setAside();
    this.#unsaved = [...aside.flatMap(({ found = [] }) => found), ...(unsaved ?? [])];
    const back = aside.filter(({ found }) => found !== undefined);
    if (back.length > 0) void this.#takeBack(back.map(({ name }) => name));
    const rows = (this.#read('copy', 'copy') as readonly ConnectionRow[] | undefined) ?? [];
    this.#rows = new Map(rows.map((row) => [row.mungedId, row]));
  }

  async close(): Promise<void> {
    if (this.#cancel !== undefined) {
      this.#cancel();
      this.#cancel = undefined;
      await this.#saveRows();
    }
    await this.#writing;
  }

  get unsaved(): readonly Unsaved[] {
    return this.#unsaved;
  }

  /** The last that this device knew of a connection in an earlier life. */
  row(mungedId: MungedId): ConnectionRow | undefined {
    return this.#rows.get(mungedId);
  }

  /** Keeps changes until the database takes them; when this resolves they outlive a power cut. */
  async keep({ row, ...unsaved }: Unsaved): Promise<void> {
    const known = row === undefined ? {} : { row: withoutRefreshToken(row) };
    await this.#replaceUnsaved([...this.#unsaved, { ...unsaved, ...known }]);
  }

  async saved(unsaved: Unsaved): Promise<void> {
    await this.#replaceUnsaved(this.#unsaved.filter((one) => one !== unsaved));
  }

  /** Rows have changed: the copy follows in a while. */
  touch(): void {
    this.#cancel ??= this.#options.clock.after(SAVE_PAUSE, () => {
      this.#cancel = undefined;
      void this.#saveRows();
    });
  }

  async #replaceUnsaved(all: readonly Unsaved[]): Promise<void> {
    this.#unsaved = all;
    await this.#write('unsaved', all);
  }

  async #saveRows(): Promise<void> {
    const rows = this.#options.rows().map(withoutRefreshToken);
    try {
      await this.#write('copy', rows);
    } catch (error) {
      logFailure(this.#options.log, 'The copy for times without the database cannot be written.', error);
    }
  }

  /** @returns undefined where it cannot be opened */
  #readUnsaved(name: string): readonly Unsaved[] | undefined {
    return this.#read(name, 'unsaved', []) as readonly Unsaved[] | undefined;
  }

  #namesAside(): readonly string[] {
    const { files, folder } = this.#options;
    const prefix = basename(this.#pathOf(ASIDE));
    return files
      .list(folder)
      .filter((name) => name.startsWith(prefix))
      .map((name) => `${ASIDE}${name.slice(prefix.length)}`);
  }

  #setAside(): void {
    const { files } = this.#options;
    const path = this.#pathOf('unsaved');
    try {
      files.rename(path, this.#pathOf(`${ASIDE}${randomUUID()}`));
    } catch (error) {
      logFailure(this.#options.log, 'What the database has not taken yet cannot be kept aside.', error, {
        path,
      });
    }
  }

  /** What could be opened after all goes back to its place. */
  async #takeBack(names: readonly string[]): Promise<void> {
    try {
      await this.#replaceUnsaved(this.#unsaved);
      for (const name of names) this.#options.files.remove(this.#pathOf(name));
    } catch {
      // It stays where it is; the database takes the same once more.
    }
  }

  /** @param what it was sealed as */
  #read(name: string, what: string, missing?: unknown): unknown {
    const { files, sealer, log } = this.#options;
    try {
      const sealed = files.read(this.#pathOf(name));
      return sealed === undefined ? missing : JSON.parse(sealer.open(sealed.toString('latin1'), aadOf(what)));
    } catch (error) {
      logFailure(log, 'What was kept for times without the database cannot be read.', asBrokerError(error), {
        path: this.#pathOf(name),
      });
      return undefined;
    }
  }

  #write(name: string, value: unknown): Promise<void> {
    const writing = this.#writing.then(() => this.#replace(this.#pathOf(name), name, value));
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  async #replace(path: string, name: string, value: unknown): Promise<void> {
    const { files, sealer, folder } = this.#options;
    const fd = writeNewFile(
      files,
      `${path}.new`,
      Buffer.from(sealer.seal(JSON.stringify(value), aadOf(name)), 'latin1'),
    );
    try {
      await files.sync(fd);
    } finally {
      files.close(fd);
    }
    files.rename(`${path}.new`, path);
    await files.syncFolder(folder);
  }

  #pathOf(name: string): string {
    return join(this.#options.folder, `fleet-${name}`);
  }
}

/** An access token is good for an hour; what is good for years is in the database alone. */
function withoutRefreshToken(row: ConnectionRow): ConnectionRow {
  if (row.tokenSet === undefined) return row;
  const { refresh_token: _kept, ...tokenSet } = row.tokenSet;
  return { ...row, tokenSet };
}

function aadOf(name: string): string {
  return `device copy:${name}`;
}
