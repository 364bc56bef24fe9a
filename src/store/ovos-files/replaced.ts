import type { MungedId } from '../records.ts';

/** Entries that are gone and of which it is still known what they were. */
const MOST_GONE = 512;

/** Digests of what entries of a shared file were before: whoever puts them back has a stale copy. */
export class Replaced {
  readonly #most: number;
  readonly #digests = new Map<MungedId, readonly string[]>();

  /** @param most digests kept for an entry */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#digests.size;
  }

  knows(mungedId: MungedId): boolean {
    return this.#digests.has(mungedId);
  }

  has(mungedId: MungedId, digest: string): boolean {
    return this.#digests.get(mungedId)?.includes(digest) ?? false;
  }

  /** Notes that `before` was replaced by `now`, which is not stale whatever it was earlier. */
  note(mungedId: MungedId, before: readonly string[], now: readonly string[]): void {
    const all = [...before, ...(this.#digests.get(mungedId) ?? [])].filter((digest) => !now.includes(digest));
    this.set(mungedId, [...new Set(all)]);
  }

  set(mungedId: MungedId, digests: readonly string[]): void {
    // Last again in the order of the map, so that those untouched for longest are dropped first.
    this.#digests.delete(mungedId);
    if (digests.length > 0) this.#digests.set(mungedId, digests.slice(0, this.#most));
  }

  /** Drops the oldest of those that no longer exist. */
  prune(exists: (mungedId: MungedId) => boolean): void {
    const gone = [...this.#digests.keys()].filter((mungedId) => !exists(mungedId));
    for (const mungedId of gone.slice(0, Math.max(0, gone.length - MOST_GONE)))
      this.#digests.delete(mungedId);
  }

  entries(): Array<[MungedId, readonly string[]]> {
    return [...this.#digests];
  }
}
