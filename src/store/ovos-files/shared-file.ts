import { constants } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../clock.ts';
import { type Files, fileErrorCode } from '../files.ts';
import { setAside } from '../set-aside.ts';
import { writeNewFile } from '../write-new-file.ts';
import { decodeFile, encodeFile, type Entry } from './codec.ts';
import { SharedLock } from './shared-lock.ts';

/** How the file was found. */
export type Found =
  /** As it was left. */
  | { readonly kind: 'untouched' }
  | { readonly kind: 'changed'; readonly entries: ReadonlyMap<string, Entry> }
  /** The cache was emptied, or nothing was ever there. */
  | { readonly kind: 'missing' }
  /** Half written; `aside` is where a copy of it is, if there was anything in it. */
  | { readonly kind: 'damaged'; readonly aside?: string };

/** A file that Python programs read and write, touched under their lock only. */
export class SharedFile {
  readonly path: string;
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #lock: SharedLock;
  /**
   * Where the file is built, again and again: with 3,000 apps it takes 1.6 MB, and to collect the garbage that each new
   * one would leave took longer than the whole exchange.
   */
  #memory = Buffer.alloc(0);
  /** What the file held when it was last let go of, often in that memory. */
  #left: Buffer | undefined;
  /** How it looked then, to tell cheaply that nobody touched it. */
  #leftAs: string | undefined;
  #touchedAt: number | undefined;

  constructor(options: { files: Files; clock: Clock; path: string; lockPath: string }) {
    this.path = options.path;
    this.#files = options.files;
    this.#clock = options.clock;
    this.#lock = new SharedLock(options.files, options.lockPath);
  }

  /** Removes what a crash left behind. */
  tidy(): void {
    try {
      this.#files.remove(this.#temporary);
    } catch {
      // A folder that can't be written is reported when something is to be written.
    }
  }

  /**
   * Reads the file under the lock and, in the same hold of it, replaces it by what `decide` returns.
   *
   * @param known gives the text of an entry as it was last
   * @param decide gives the members of the file's new content, or undefined to leave it; must not wait
   */
  exchange(
    known: (key: string) => string | undefined,
    decide: (found: Found) => readonly Buffer[] | undefined,
  ): Promise<void> {
    return this.#lock.hold(() => {
      if (this.looksTouched()) this.#touchedAt = this.#modifiedAt();
      if (this.#left !== undefined && this.#files.holds(this.path, this.#left)) {
        const members = decide({ kind: 'untouched' });
        if (members === undefined) this.#remember(this.#left);
        else this.#replace(this.#encode(members));
        return;
      }
      const bytes = this.#files.read(this.path);
      const members = decide(this.#judge(bytes, known));
      const content = members === undefined ? bytes : this.#encode(members);
      if (content === undefined || bytes?.equals(content) === true) this.#remember(content);
      else this.#replace(content);
    });
  }

  /** Whether somebody may have touched the file since it was last left; a cheap look without the lock. */
  looksTouched(): boolean {
    return this.#look() !== this.#leftAs;
  }

  /** When another program last wrote the file, as far as it was noticed; milliseconds since the Unix epoch. */
  get touchedAt(): number | undefined {
    return this.#touchedAt;
  }

  /**
   * Takes the lock and keeps it while {@link exchange} goes on.
   *
   * @param limit milliseconds after which it is given up
   * @returns lets go of it
   */
  keepLocked(limit: number): Promise<() => void> {
    return this.#lock.keep(limit);
  }

  /** Forgets how the file was left, so that the next look reads all of it. */
  distrust(): void {
    this.#left = undefined;
    this.#leftAs = undefined;
  }

  /** From now on a lock that others hold is not waited for. */
  giveUp(): void {
    this.#lock.giveUp();
  }

  /** Makes the content and the name durable. */
  async sync(): Promise<void> {
    const fd = this.#files.open(this.path, constants.O_RDONLY);
    try {
      await this.#files.sync(fd);
    } finally {
      this.#files.close(fd);
    }
    await this.#files.syncFolder(dirname(this.path));
  }

  get #temporary(): string {
    return `${this.path}.ovos-oauth`;
  }

  #judge(bytes: Buffer | undefined, known: (key: string) => string | undefined): Found {
    if (bytes === undefined) return { kind: 'missing' };
    try {
      return { kind: 'changed', entries: decodeFile(bytes, known) };
    } catch {
      if (bytes.length === 0) return { kind: 'damaged' };
      return { kind: 'damaged', aside: setAside(this.#files, this.#clock, this.path, bytes) };
    }
  }

  #encode(members: readonly Buffer[]): Buffer {
    return encodeFile(members, (length) => {
      if (this.#memory.length < length) this.#memory = Buffer.allocUnsafeSlow(Math.ceil(1.25 * length));
      return this.#memory;
    });
  }

  #replace(content: Buffer): void {
    this.#files.close(this.#writeTemporary(content));
    this.#files.rename(this.#temporary, this.path);
    this.#remember(content);
  }

  #writeTemporary(content: Buffer): number {
    try {
      return writeNewFile(this.#files, this.#temporary, content);
    } catch (error) {
      if (fileErrorCode(error) !== 'ENOENT') throw error;
      // Somebody has emptied the cache, its folders included.
      this.#files.makeFolder(dirname(this.path), 0o700);
      return writeNewFile(this.#files, this.#temporary, content);
    }
  }

  #remember(content: Buffer | undefined): void {
    this.#left = content;
    this.#leftAs = this.#look();
  }

  #modifiedAt(): number | undefined {
    const modified = this.#files.stat(this.path)?.modified;
    return modified === undefined ? undefined : Number(modified / 1_000_000n);
  }

  #look(): string | undefined {
    const stat = this.#files.stat(this.path);
    return stat === undefined ? undefined : `${stat.id} ${stat.size} ${stat.modified}`;
  }
}
