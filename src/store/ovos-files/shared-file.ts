import { constants } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { Files } from '../files.ts';
import { setAside } from '../set-aside.ts';
import { writeNewFile } from '../write-new-file.ts';
import { decodeFile, type Entry } from './codec.ts';
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
  /** What the file held when it was last let go of. */
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
   * @param decide gives the file's new content, or undefined to leave it; must not wait
   */
  exchange(
    known: (key: string) => string | undefined,
    decide: (found: Found) => Buffer | undefined,
  ): Promise<void> {
    return this.#lock.hold(() => {
      if (this.looksTouched()) this.#touchedAt = this.#modifiedAt();
      const bytes = this.#files.read(this.path);
      const found = this.#judge(bytes, known);
      const content = decide(found);
      if (content === undefined) this.#remember(bytes);
      else if (bytes === undefined || !content.equals(bytes)) this.#replace(content);
      else this.#remember(content);
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
    if (this.#left?.equals(bytes) === true) return { kind: 'untouched' };
    try {
      return { kind: 'changed', entries: decodeFile(bytes, known) };
    } catch {
      if (bytes.length === 0) return { kind: 'damaged' };
      return { kind: 'damaged', aside: setAside(this.#files, this.#clock, this.path, bytes) };
    }
  }

  #replace(content: Buffer): void {
    this.#files.makeFolder(dirname(this.path), 0o700);
    this.#files.close(writeNewFile(this.#files, this.#temporary, content));
    this.#files.rename(this.#temporary, this.path);
    this.#remember(content);
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
