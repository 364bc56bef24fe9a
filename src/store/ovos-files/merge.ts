/** What is known of one entry when a shared file that somebody else changed is looked at. */
export interface EntryFacts {
  /** Whether the store has such an entry. */
  readonly ours: boolean;
  /**
   * How the file has it:
   * - `absent`: not at all.
   * - `same`: as the store has it.
   * - `other_form`: as the store has it, but with the secrets that another `shared_files` setting shows or hides.
   * - `stale`: as the store had it before, or older.
   * - `unreadable`: something that is no such entry.
   * - `new`: something the store has never seen.
   */
  readonly found: 'absent' | 'same' | 'other_form' | 'stale' | 'unreadable' | 'new';
  /** Whether the file has it otherwise than it was left. */
  readonly touched: boolean;
  /** Whether the store changed it and the file does not have that yet. */
  readonly pending: boolean;
  /** Whether the store brought it into the file only just now. */
  readonly fresh: boolean;
  /** Whether only other programs have ever written it. */
  readonly theirs: boolean;
  /** Whether what was found outlives what the store has. */
  readonly later: boolean;
}

/**
 * What to do about an entry:
 * - `keep`: leave it in the file as it is.
 * - `write`: bring it into the file as the store has it, which may mean to take it out.
 * - `adopt`: take it into the store.
 * - `remove`: its owner removed it; take it out of the store as well.
 */
export type Verdict = 'keep' | 'write' | 'adopt' | 'remove';

/**
 * The rules for a file into which programs write that hold a copy of it, for milliseconds or for as long as they run.
 * Such a copy sets entries back and drops those that came after it was made.
 */
export function judgeEntries<Key>(facts: ReadonlyMap<Key, EntryFacts>): Map<Key, Verdict> {
  const all = [...facts.values()];
  const setBack = all.some(({ found, touched, pending }) => found === 'stale' && touched && !pending);
  const settled = all.filter(({ ours, pending }) => ours && !pending);
  // Owners remove their own entry; who removes several and leaves none began with an empty copy.
  const blank = settled.length > 1 && settled.every(({ found }) => found === 'absent');
  return new Map([...facts].map(([key, entry]) => [key, judgeEntry(entry, setBack || blank)]));
}

function judgeEntry(entry: EntryFacts, staleCopy: boolean): Verdict {
  const { ours, found, touched, pending, fresh, theirs, later } = entry;
  if (found === 'same') return 'keep';
  if (found === 'other_form' || found === 'stale') return 'write';
  if (found === 'unreadable') return ours || pending ? 'write' : 'keep';
  if (found === 'absent') {
    if (!ours) return 'keep';
    // What we never wrote is others' business: if they take it back from each other, so be it.
    return pending || (!theirs && (fresh || staleCopy)) ? 'write' : 'remove';
  }
  if (!touched) return pending ? 'write' : 'keep';
  // Both changed it: of two tokens the later counts.
  return pending && ours && !later ? 'write' : 'adopt';
}
