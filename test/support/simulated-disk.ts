import { constants } from 'node:fs';
import { dirname } from 'node:path';
import type { Files, FileStat } from '../../src/store/files.ts';

type Write = { readonly at: number; readonly data: Buffer } | { readonly length: number };

interface Inode {
  readonly id: number;
  /** What the page cache has. */
  content: Buffer;
  /** What the medium has for certain. */
  durable: Buffer;
  /** What of `content` the medium may have or not. */
  unsynced: Write[];
  mode: number;
  modified: bigint;
  readonly isFile: boolean;
}

/** A change of a name in a folder that the medium may have or not. */
interface NameChange {
  readonly folder: string;
  readonly path: string;
  readonly inode: Inode | undefined;
}

interface OpenFile {
  readonly inode: Inode;
  /** Under which it was opened, or has been renamed to since. */
  path: string;
}

/** Called before each step; throws to make it fail. `step` counts from 1. */
export type StepListener = (step: number, operation: keyof Files, path: string) => void;

/** Chooses a number in [0, below). */
export type Choose = (below: number) => number;

/**
 * A disk in memory that knows what a power cut may do to it: what was written and not synced is there, not there, or
 * there in part; names that were not synced are as before or as after, in the order in which they were changed.
 */
export class SimulatedDisk implements Files {
  onStep: StepListener = () => {};
  steps = 0;
  readonly #names: Map<string, Inode>;
  readonly #durableNames: Map<string, Inode>;
  #nameChanges: NameChange[] = [];
  readonly #open = new Map<number, OpenFile>();
  readonly #locks = new Map<Inode, number>();
  readonly #watchers = new Map<string, Set<() => void>>();
  #nextFd = 100;
  #nextId = 1;
  #time = 1n;

  constructor(names?: ReadonlyMap<string, Inode>) {
    this.#names = new Map(names ?? [['/', this.#inode(false)]]);
    this.#durableNames = new Map(this.#names);
    for (const { id, modified } of this.#names.values()) {
      this.#nextId = Math.max(this.#nextId, id + 1);
      // Time goes on: a later write must not carry the stamp of an earlier one.
      if (modified > this.#time) this.#time = modified;
    }
  }

  /** The disk after the process was killed: everything written is there, every lock is free. */
  afterKill(): SimulatedDisk {
    return new SimulatedDisk(copy(this.#names, (inode) => inode.content));
  }

  /** One of the states in which a power cut may leave the disk. */
  afterPowerCut(choose: Choose): SimulatedDisk {
    const names = new Map(this.#durableNames);
    for (const folder of new Set(this.#nameChanges.map((change) => change.folder))) {
      const changes = this.#nameChanges.filter((change) => change.folder === folder);
      for (const { path, inode } of changes.slice(0, choose(changes.length + 1))) {
        if (inode === undefined) names.delete(path);
        else names.set(path, inode);
      }
    }
    for (const path of names.keys()) if (!isReachable(names, path)) names.delete(path);
    return new SimulatedDisk(copy(names, (inode) => contentAfterPowerCut(inode, choose)));
  }

  /** The text of a file, for assertions. */
  text(path: string): string | undefined {
    return this.#names.get(path)?.content.toString();
  }

  /** Every path there is, sorted. */
  paths(): string[] {
    return [...this.#names.keys()].toSorted();
  }

  /** Writes a file in place and durably, as another program might. */
  put(path: string, text: string): void {
    const inode = this.#names.get(path) ?? this.#create(path, true);
    inode.content = Buffer.from(text);
    inode.durable = inode.content;
    inode.unsynced = [];
    this.#touch(inode, path);
  }

  open(path: string, flags: number, mode = 0o666): number {
    this.#step('open', path);
    let inode = this.#names.get(path);
    if (inode === undefined) {
      if ((flags & constants.O_CREAT) === 0) throw failure('ENOENT', path);
      if (!this.#names.has(dirname(path))) throw failure('ENOENT', path);
      inode = this.#create(path, true);
      inode.mode = mode;
    } else if ((flags & constants.O_EXCL) !== 0) throw failure('EEXIST', path);
    const fd = this.#nextFd;
    this.#nextFd += 1;
    this.#open.set(fd, { inode, path });
    return fd;
  }

  close(fd: number): void {
    const { inode } = this.#file(fd);
    if (this.#locks.get(inode) === fd) this.#locks.delete(inode);
    this.#open.delete(fd);
  }

  /** Descriptors that nobody has closed. */
  get openFiles(): number {
    return this.#open.size;
  }

  write(fd: number, data: Uint8Array): void {
    const { inode, path } = this.#file(fd);
    try {
      this.#step('write', path);
    } catch (error) {
      // A full disk takes what fits.
      this.#write(inode, data.subarray(0, Math.floor(data.length / 2)), path);
      throw error;
    }
    this.#write(inode, data, path);
  }

  truncate(fd: number, length: number): void {
    const { inode, path } = this.#file(fd);
    this.#step('truncate', path);
    inode.unsynced.push({ length });
    inode.content = apply(inode.content, { length });
    this.#touch(inode, path);
  }

  chmod(target: string | number, mode: number): void {
    const inode = typeof target === 'number' ? this.#file(target).inode : this.#names.get(target);
    if (inode !== undefined) inode.mode = mode;
  }

  stat(target: string | number): FileStat | undefined {
    const inode = typeof target === 'number' ? this.#file(target).inode : this.#names.get(target);
    if (inode === undefined) return undefined;
    const links = [...this.#names.values()].filter((named) => named === inode).length;
    const { id, modified, mode, isFile } = inode;
    const owner = process.getuid?.() ?? 0;
    return {
      id: String(id),
      size: inode.content.length,
      modified,
      links,
      isFile,
      isFolder: !isFile,
      mode,
      owner,
    };
  }

  lstat(path: string): FileStat | undefined {
    return this.stat(path);
  }

  read(path: string, offset = 0): Buffer | undefined {
    this.#step('read', path);
    const content = this.#names.get(path)?.content;
    return content === undefined ? undefined : Buffer.from(content.subarray(offset));
  }

  holds(path: string, content: Uint8Array): boolean {
    return this.read(path)?.equals(content) === true;
  }

  rename(from: string, to: string): void {
    this.#step('rename', to);
    const inode = this.#names.get(from);
    if (inode === undefined) throw failure('ENOENT', from);
    this.#name(to, inode);
    this.#name(from, undefined);
    for (const file of this.#open.values()) if (file.inode === inode) file.path = to;
  }

  link(from: string, to: string): void {
    this.#step('link', to);
    const inode = this.#names.get(from);
    if (inode === undefined) throw failure('ENOENT', from);
    this.#name(to, inode);
  }

  remove(path: string): void {
    this.#step('remove', path);
    if (this.#names.has(path)) this.#name(path, undefined);
  }

  makeFolder(path: string): string | undefined {
    this.#step('makeFolder', path);
    if (this.#names.has(path)) return undefined;
    const above = this.makeFolder(dirname(path));
    this.#create(path, false);
    return above ?? path;
  }

  list(folder: string): readonly string[] {
    return [...this.#names.keys()]
      .filter((path) => path !== folder && dirname(path) === folder)
      .map((path) => path.slice(folder.length + 1));
  }

  async dataSync(fd: number): Promise<void> {
    const { inode, path } = this.#file(fd);
    await this.#sync('dataSync', inode, path);
  }

  async sync(fd: number): Promise<void> {
    const { inode, path } = this.#file(fd);
    await this.#sync('sync', inode, path);
  }

  async syncFolder(folder: string): Promise<void> {
    this.#step('syncFolder', folder);
    const asked = new Set(this.#nameChanges.filter((change) => change.folder === folder));
    await turn();
    for (const { path, inode } of asked) {
      if (inode === undefined) this.#durableNames.delete(path);
      else this.#durableNames.set(path, inode);
    }
    this.#nameChanges = this.#nameChanges.filter((change) => !asked.has(change));
  }

  tryLock(fd: number): boolean {
    const { inode } = this.#file(fd);
    const holder = this.#locks.get(inode);
    if (holder !== undefined && holder !== fd) return false;
    this.#locks.set(inode, fd);
    return true;
  }

  watch(folder: string, listener: () => void): () => void {
    const watchers = this.#watchers.get(folder) ?? new Set();
    this.#watchers.set(folder, watchers.add(listener));
    return () => watchers.delete(listener);
  }

  async #sync(operation: 'dataSync' | 'sync', inode: Inode, path: string): Promise<void> {
    this.#step(operation, path);
    const asked = [...inode.unsynced];
    await turn();
    for (const write of asked) inode.durable = apply(inode.durable, write);
    inode.unsynced = inode.unsynced.filter((write) => !asked.includes(write));
  }

  #write(inode: Inode, data: Uint8Array, path: string): void {
    const write = { at: inode.content.length, data: Buffer.from(data) };
    inode.unsynced.push(write);
    inode.content = apply(inode.content, write);
    this.#touch(inode, path);
  }

  #create(path: string, isFile: boolean): Inode {
    const inode = this.#inode(isFile);
    this.#name(path, inode);
    return inode;
  }

  #inode(isFile: boolean): Inode {
    const id = this.#nextId;
    this.#nextId += 1;
    const empty = Buffer.alloc(0);
    return { id, content: empty, durable: empty, unsynced: [], mode: 0o700, modified: 0n, isFile };
  }

  #name(path: string, inode: Inode | undefined): void {
    if (inode === undefined) this.#names.delete(path);
    else this.#names.set(path, inode);
    this.#nameChanges.push({ folder: dirname(path), path, inode });
    this.#notify(path);
  }

  #touch(inode: Inode, path: string): void {
    this.#time += 1n;
    inode.modified = this.#time;
    this.#notify(path);
  }

  #notify(path: string): void {
    for (const listener of this.#watchers.get(dirname(path)) ?? []) listener();
  }

  #file(fd: number): OpenFile {
    const file = this.#open.get(fd);
    if (file === undefined) throw failure('EBADF', String(fd));
    return file;
  }

  #step(operation: keyof Files, path: string): void {
    this.steps += 1;
    this.onStep(this.steps, operation, path);
  }
}

/** An error as the file system gives it. */
export function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

function copy(names: ReadonlyMap<string, Inode>, contentOf: (inode: Inode) => Buffer): Map<string, Inode> {
  const copies = new Map<Inode, Inode>();
  return new Map(
    [...names].map(([path, inode]) => {
      const content = copies.get(inode)?.content ?? contentOf(inode);
      const made = copies.get(inode) ?? { ...inode, content, durable: content, unsynced: [] };
      copies.set(inode, made);
      return [path, made];
    }),
  );
}

function isReachable(names: ReadonlyMap<string, Inode>, path: string): boolean {
  for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) {
    if (!names.has(folder)) return false;
  }
  return true;
}

function contentAfterPowerCut(inode: Inode, choose: Choose): Buffer {
  let content = inode.durable;
  for (const write of inode.unsynced) {
    const fate = choose(4);
    if (fate === 0) continue;
    if (fate === 1 && 'data' in write) {
      content = apply(content, { at: write.at, data: write.data.subarray(0, choose(write.data.length + 1)) });
    } else if (fate === 2 && 'data' in write) {
      // The length reached the medium, the data did not.
      content = apply(content, { at: write.at, data: Buffer.alloc(write.data.length) });
    } else content = apply(content, write);
  }
  return content;
}

function apply(content: Buffer, write: Write): Buffer {
  if ('length' in write) {
    const length = Math.min(write.length, content.length);
    return Buffer.concat([content.subarray(0, length), Buffer.alloc(write.length - length)]);
  }
  const next = Buffer.alloc(Math.max(content.length, write.at + write.data.length));
  content.copy(next);
  write.data.copy(next, write.at);
  return next;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
