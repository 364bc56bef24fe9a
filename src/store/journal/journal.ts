import { constants } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../clock.ts';
import { OAuthBrokerError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type Files, fileErrorCode } from '../files.ts';
import { makeDurableFolder } from '../durable-folder.ts';
import type { Seal } from '../sealing-key.ts';
import type { Durability } from '../port.ts';
import { setAside } from '../set-aside.ts';
import type { StoredChange } from '../stored-change.ts';
import { COMPACT_ABOVE, Compaction, removeUnfinished } from './compaction.ts';
import { decodeJournal, encodeCommit, NEWEST_VERSION } from './record.ts';

/**
 * Bytes below which a journal is left alone: rewriting wears a memory card, too. A sign-in takes 2 kB, so this is one
 * rewriting in some 250 of them; reading so much takes 10 ms at the start.
 */

export interface JournalOptions {
  readonly path: string;
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  /** Opens what is sealed. */
  readonly seal?: Seal;
  /** Whether what is written is sealed with it. */
  readonly isSealing?: boolean;
  /** What the journal tells, in order: at the start what it holds, later each commit once it is durable. */
  readonly state: {
    apply(change: StoredChange): void;
    /** The changes that make the state as it is now. */
    snapshot(): Iterable<StoredChange>;
    /** How many those are. */
    readonly size: number;
    /** Called before a compaction: what is of no use any longer can go. */
    sweep(now: number): void;
  };
}

interface Pending {
  readonly line: string;
  readonly changes: readonly StoredChange[];
  readonly durability: Durability;
  readonly resolve: () => void;
  readonly reject: (error: OAuthBrokerError) => void;
}

interface Rewriting {
  /** Length of the journal when it began: what comes after is not in it. */
  readonly from: number;
  compaction?: Compaction;
  settled?: Promise<void>;
}

/** Milliseconds; a sweep looks at every attempt. */
const SWEEP_EVERY = 60_000;

/**
 * The commit point of the file store: an append-only file, one line per commit. Commits asked for in the same turn or
 * while the disk is busy share one write and one fdatasync.
 */
export class Journal {
  readonly #options: JournalOptions;
  /** Monotonic milliseconds. */
  #sweptAt = Number.NEGATIVE_INFINITY;
  #fd: number | undefined;
  #length = 0;
  /** Changes in the file, live or not. */
  #changes = 0;
  #queue: Pending[] = [];
  #pumping: Promise<void> | undefined;
  #rewriting: Rewriting | undefined;
  /** The file can't be trusted any longer and must be written anew before the next commit. */
  #broken = false;
  #isFailing = false;
  /** Length at which a failed compaction is tried again. */
  #retryAt = 0;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** @throws OAuthBrokerError `store_newer`, `store_key_unknown`; errors of the file layer */
  async open(): Promise<void> {
    const { path, files, log, seal } = this.#options;
    removeUnfinished(files, path);
    const bytes = files.read(path) ?? Buffer.alloc(0);
    const { header, commits, length, damaged } = decodeJournal(bytes, seal);
    if (header !== undefined && header.journal > NEWEST_VERSION)
      throw new OAuthBrokerError('store_newer', { path });
    for (const commit of commits) this.#apply(commit);
    this.#changes = commits.reduce((sum, { length }) => sum + length, 0);
    this.#length = length;
    if (damaged > 0 || (header === undefined && bytes.length > 0)) {
      const aside = setAside(files, this.#options.clock, path, bytes);
      log.error('The journal was damaged. What could be read of it is kept.', {
        path: aside,
        count: damaged,
      });
      return this.#rewrite();
    }
    if (header === undefined || header.sealed?.key !== this.#writingSeal?.sealer.keyId) {
      // Whoever can write here can put a journal in the clear in the place of a sealed one; the owner knows which it was.
      if (header?.sealed === undefined && commits.length > 0 && this.#writingSeal !== undefined)
        log.warn('The journal was in the clear. It is taken as it is, and sealed from now on.', { path });
      return this.#rewrite();
    }
    this.#fd = files.open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW);
    if (length < bytes.length) await this.#cutTail(bytes.subarray(length));
    if (this.#isWasteful()) this.#startRewriting();
  }

  /** Resolves when the commit is as durable as asked and applied. @throws OAuthBrokerError `store_unavailable` */
  append(changes: readonly StoredChange[], durability: Durability): Promise<void> {
    const line = encodeCommit(changes, this.#writingSeal);
    return new Promise((resolve, reject) => {
      this.#queue.push({ line, changes, durability, resolve, reject });
      this.#wake();
    });
  }

  get #writingSeal(): Seal | undefined {
    return this.#options.isSealing === true ? this.#options.seal : undefined;
  }

  /** Writes what is waiting and lets go of the file. */
  async close(): Promise<void> {
    while (this.#pumping !== undefined) await this.#pumping;
    const rewriting = this.#rewriting;
    this.#rewriting = undefined;
    rewriting?.compaction?.abandon();
    await rewriting?.settled;
    if (this.#fd !== undefined) this.#options.files.close(this.#fd);
    this.#fd = undefined;
  }

  /** Starts the pump at the end of this turn, so that whatever else is asked for in it shares the write. */
  #wake(): void {
    this.#pumping ??= new Promise((resolve) => {
      setImmediate(() => {
        void this.#pump().finally(() => {
          this.#pumping = undefined;
          resolve();
          if (this.#queue.length > 0) this.#wake();
        });
      });
    });
  }

  async #pump(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        await this.#commit(batch);
        this.#noteSuccess();
      } catch (cause) {
        this.#noteFailure(cause);
        const error = new OAuthBrokerError('store_unavailable', {}, { cause });
        for (const { reject } of batch) reject(error);
      }
    }
    await this.#finishRewriting();
    if (this.#rewriting === undefined && this.#isWasteful()) this.#startRewriting();
  }

  /** Says once that nothing can be kept, however often it is tried. */
  #noteFailure(cause: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    const { path, log } = this.#options;
    log.error('The journal cannot be written. Nothing new is kept until it can.', {
      path,
      reason: fileErrorCode(cause) ?? 'unknown',
    });
  }

  #noteSuccess(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#options.log.info('The journal can be written again.', { path: this.#options.path });
  }

  async #commit(batch: readonly Pending[]): Promise<void> {
    const { files } = this.#options;
    if (this.#fd === undefined || this.#broken || files.stat(this.#fd)?.links === 0) await this.#rewrite();
    const fd = this.#openFile();
    const data = Buffer.from(batch.map(({ line }) => line).join(''));
    this.#write(fd, data);
    // In order: what only has to be written need not wait for the disk unless it comes after what does.
    const firstSynced = batch.findIndex(({ durability }) => durability === 'synced');
    const waiting = firstSynced === -1 ? [] : batch.slice(firstSynced);
    this.#finish(firstSynced === -1 ? batch : batch.slice(0, firstSynced));
    if (waiting.length === 0) return;
    try {
      await files.dataSync(fd);
    } catch (error) {
      // The kernel may have dropped the pages and will not say so again: nothing in this file is certain now.
      this.#broken = true;
      throw error;
    }
    this.#finish(waiting);
  }

  #finish(batch: readonly Pending[]): void {
    for (const { changes } of batch) this.#apply(changes);
    for (const { resolve, changes } of batch) {
      this.#changes += changes.length;
      resolve();
    }
  }

  #write(fd: number, data: Buffer): void {
    const { files } = this.#options;
    try {
      files.write(fd, data);
    } catch (error) {
      try {
        files.truncate(fd, this.#length);
      } catch {
        this.#broken = true;
      }
      throw error;
    }
    this.#length += data.length;
  }

  #apply(changes: readonly StoredChange[]): void {
    for (const change of changes) this.#options.state.apply(change);
  }

  #openFile(): number {
    if (this.#fd === undefined) throw new Error('The journal is not open.');
    return this.#fd;
  }

  async #cutTail(tail: Buffer): Promise<void> {
    const { path, files, clock, log } = this.#options;
    const fd = this.#openFile();
    try {
      setAside(files, clock, path, tail);
    } catch {
      // A full disk may be what cut it off; nobody was told that this was kept.
    }
    files.truncate(fd, this.#length);
    await files.sync(fd);
    log.warn('The last write to the journal was cut off, as by a power cut.', { path, bytes: tail.length });
  }

  #isWasteful(): boolean {
    if (this.#length <= Math.max(COMPACT_ABOVE, this.#retryAt)) return false;
    this.#sweepNowAndThen();
    return this.#changes > 2 * this.#options.state.size;
  }

  /** What is only waiting to be forgotten must not pass for something that is worth its place. */
  #sweepNowAndThen(): void {
    const { state, clock } = this.#options;
    if (clock.monotonic() - this.#sweptAt < SWEEP_EVERY) return;
    this.#sweptAt = clock.monotonic();
    state.sweep(clock.now());
  }

  /** Writes the journal anew while commits wait. */
  async #rewrite(): Promise<void> {
    const { path, files, state, clock } = this.#options;
    this.#rewriting?.compaction?.abandon();
    this.#rewriting = undefined;
    state.sweep(clock.now());
    await makeDurableFolder(files, dirname(path));
    const compaction = await Compaction.write(files, path, state.snapshot(), this.#writingSeal);
    await this.#replaceBy(compaction, Buffer.alloc(0));
  }

  /** Begins to write the journal anew while commits go on. */
  #startRewriting(): void {
    const { state, clock } = this.#options;
    state.sweep(clock.now());
    const rewriting: Rewriting = { from: this.#length };
    this.#rewriting = rewriting;
    rewriting.settled = this.#compact(rewriting, state.snapshot());
  }

  async #compact(rewriting: Rewriting, changes: Iterable<StoredChange>): Promise<void> {
    const { path, files } = this.#options;
    try {
      const compaction = await Compaction.write(files, path, changes, this.#writingSeal);
      if (this.#rewriting !== rewriting) {
        compaction.abandon();
        return;
      }
      rewriting.compaction = compaction;
      this.#wake();
    } catch {
      if (this.#rewriting === rewriting) this.#rewriting = undefined;
      this.#growOn();
    }
  }

  async #finishRewriting(): Promise<void> {
    const rewriting = this.#rewriting;
    if (rewriting?.compaction === undefined) return;
    this.#rewriting = undefined;
    const { path, files } = this.#options;
    try {
      const tail = files.read(path, rewriting.from) ?? Buffer.alloc(0);
      await this.#replaceBy(rewriting.compaction, tail);
    } catch {
      this.#growOn();
    }
  }

  #growOn(): void {
    const { path, log } = this.#options;
    this.#retryAt = 2 * this.#length;
    log.warn('The journal could not be compacted; it goes on growing for now.', { path });
  }

  async #replaceBy(compaction: Compaction, tail: Uint8Array): Promise<void> {
    const { fd, length } = await compaction.replace(tail);
    if (this.#fd !== undefined) this.#options.files.close(this.#fd);
    this.#fd = fd;
    this.#length = length;
    this.#changes = this.#options.state.size;
    this.#broken = false;
    this.#retryAt = 0;
  }
}
