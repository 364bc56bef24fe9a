import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Files } from '../files.ts';
import type { Seal } from '../sealing-key.ts';
import type { StoredChange } from '../stored-change.ts';
import { writeNewFile } from '../write-new-file.ts';
import { encodeCommit, encodeHeader } from './record.ts';

/** Changes written before other work gets its turn: about a millisecond on a small device. */
const SLICE = 64;

export const COMPACT_ABOVE = 512 * 1024;

/** Removes what a crash left of unfinished compactions. */
export function removeUnfinished(files: Files, path: string): void {
  const prefix = `${basename(path)}.new-`;
  for (const name of files.list(dirname(path))) {
    if (name.startsWith(prefix)) files.remove(join(dirname(path), name));
  }
}

/** A new journal that holds a state and nothing else, and takes the old one's place in one step. */
export class Compaction {
  readonly #files: Files;
  readonly #path: string;
  readonly #temporary: string;
  readonly #fd: number;
  #length: number;

  private constructor(files: Files, path: string, seal: Seal | undefined) {
    this.#files = files;
    this.#path = path;
    // One that was given up may still be at its file.
    this.#temporary = `${path}.new-${randomUUID()}`;
    const header = Buffer.from(encodeHeader(seal));
    this.#fd = writeNewFile(files, this.#temporary, header);
    this.#length = header.length;
  }

  /**
   * Writes the new journal in slices and waits until it is durable; the old one can grow meanwhile.
   *
   * @param changes the state at the moment of the call
   * @param seal what its lines are sealed with, if they are
   */
  static async write(
    files: Files,
    path: string,
    changes: Iterable<StoredChange>,
    seal: Seal | undefined,
  ): Promise<Compaction> {
    const compaction = new Compaction(files, path, seal);
    try {
      let slice = '';
      let count = 0;
      for (const change of changes) {
        // A line each: a damaged one costs no other.
        slice += encodeCommit([change], seal);
        count += 1;
        if (count % SLICE !== 0) continue;
        compaction.#append(Buffer.from(slice));
        slice = '';
        await nextTurn();
      }
      compaction.#append(Buffer.from(slice));
      await files.sync(compaction.#fd);
      return compaction;
    } catch (error) {
      compaction.abandon();
      throw error;
    }
  }

  /**
   * Adds what the old journal got meanwhile and takes its place. Nothing may be appended to the old one until this has
   * settled; where it throws, the old one is still in its place or has lost its name.
   *
   * @returns the open journal and its length in bytes
   */
  async replace(tail: Uint8Array): Promise<{ fd: number; length: number }> {
    try {
      if (tail.byteLength > 0) {
        this.#append(tail);
        await this.#files.dataSync(this.#fd);
      }
      this.#files.rename(this.#temporary, this.#path);
      // Until the name is durable a power cut would bring the old journal back, without what comes now.
      await this.#files.syncFolder(dirname(this.#path));
    } catch (error) {
      this.abandon();
      throw error;
    }
    return { fd: this.#fd, length: this.#length };
  }

  abandon(): void {
    this.#files.close(this.#fd);
    this.#files.remove(this.#temporary);
  }

  #append(data: Uint8Array): void {
    if (data.byteLength > 0) this.#files.write(this.#fd, data);
    this.#length += data.byteLength;
  }
}
