import { isJsonObject } from '../../json.ts';
import type { ForeignChange } from '../port.ts';
import type { MungedId } from '../records.ts';
import type { StoredChange } from '../stored-change.ts';
import { encodeEntry, encodeMember, type Entry, wellFormed } from './codec.ts';
import { type EntryFacts, judgeEntries } from './merge.ts';
import type { Shelf } from './shelf.ts';

/**
 * Milliseconds for which an entry that we brought into the file is brought back when it vanishes: Python programs hold
 * their copies that long between reading and writing, a request to a provider included.
 */
const FRESH = 30_000;

/** How a shared file has an entry. */
export interface Shown {
  readonly text: string;
  /** The text with its key, as bytes. */
  readonly member: Buffer;
  /**
   * When we brought it into the file, on the monotonic clock, milliseconds. A change of what was there is none: a copy
   * from before it has the entry, and sets it back.
   */
  readonly broughtAt?: number;
  /** Another program brought it, and only others have written it since. */
  readonly theirs?: true;
}

/** A shared file, entry by entry, in its order. */
export type View = ReadonlyMap<string, Shown>;

/** What a look at a file leads to. */
export interface Outcome {
  /** The file as it shall be. */
  readonly view: Map<string, Shown>;
  /** Whether it has to be written for that. */
  readonly write: boolean;
  /** What the store has to commit for that. */
  readonly changes: readonly StoredChange[];
  readonly foreign: readonly ForeignChange[];
  /** Entries to be written once more after the commit. */
  readonly rewrite: readonly MungedId[];
}

/** The file as it is if nobody but us ever wrote it. */
export function expectedView(shelf: Shelf): Map<string, Shown> {
  const view = new Map<string, Shown>();
  for (const mungedId of shelf.ids()) {
    const entry = isKey(mungedId) ? shelf.entry(mungedId) : undefined;
    if (entry === undefined) continue;
    const text = encodeEntry(entry);
    view.set(mungedId, { text, member: encodeMember(mungedId, text) });
  }
  return view;
}

/** The file with the entries `ids` as the store has them. */
export function withOurs(shelf: Shelf, view: View, ids: Iterable<MungedId>, now: number): Map<string, Shown> {
  const next = new Map(view);
  for (const mungedId of ids) showOurs(shelf, next, mungedId, now);
  return next;
}

/**
 * Shows the entries `ids` as the store has them, in place: of thousands, a copy would take longer than all the rest.
 *
 * @returns puts back what was there; undefined where nothing has changed
 */
export function showIn(
  view: Map<string, Shown>,
  shelf: Shelf,
  ids: Iterable<MungedId>,
  now: number,
): (() => void) | undefined {
  const before = new Map<MungedId, Shown | undefined>();
  for (const mungedId of ids) {
    const shown = view.get(mungedId);
    showOurs(shelf, view, mungedId, now);
    if (view.get(mungedId)?.text !== shown?.text) before.set(mungedId, shown);
  }
  if (before.size === 0) return undefined;
  return () => {
    for (const [mungedId, shown] of before) {
      if (shown === undefined) view.delete(mungedId);
      else view.set(mungedId, shown);
    }
  };
}

export interface Reconciliation {
  readonly shelf: Shelf;
  /** The file as it was left. */
  readonly view: View;
  /** The file as it was found. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** What the store has changed and the file may not have. */
  readonly dirty: ReadonlySet<MungedId>;
  /** Monotonic clock, milliseconds. */
  readonly now: number;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

/** Brings the store and a file that another program has written together. Pure. */
export function reconcile(input: Reconciliation): Outcome {
  const { shelf, entries, now, time } = input;
  const facts = new Map<MungedId, EntryFacts>();
  for (const mungedId of idsOf(input)) facts.set(mungedId, factsOf(input, mungedId));

  const view = new Map<string, Shown>();
  for (const [key, { text }] of entries) {
    const shown = input.view.get(key);
    const theirs = shown === undefined && facts.get(key as MungedId)?.ours === false;
    const unchanged = shown?.text === text;
    view.set(
      key,
      unchanged ? shown : { ...shown, text, member: encodeMember(key, text), ...(theirs ? { theirs } : {}) },
    );
  }
  const changes: StoredChange[] = [];
  const foreign: ForeignChange[] = [];
  const rewrite: MungedId[] = [];
  let write = false;
  for (const [mungedId, verdict] of judgeEntries(facts)) {
    const value = entries.get(mungedId)?.value;
    if (verdict === 'write') {
      if (facts.get(mungedId)?.found === 'new' && isJsonObject(value)) {
        changes.push(...shelf.discard(mungedId, value, time));
      }
      showOurs(shelf, view, mungedId, now);
      write = true;
    } else if (verdict === 'remove') {
      changes.push(...shelf.remove(mungedId, time));
      foreign.push({ mungedId, what: shelf.removed });
    } else if (verdict === 'adopt' && isJsonObject(value)) {
      const adoption = shelf.adopt(mungedId, value, time);
      changes.push(...adoption.changes);
      foreign.push({ mungedId, what: shelf.adopted });
      if (adoption.rewrite) rewrite.push(mungedId);
    }
  }
  return { view, write, changes, foreign, rewrite };
}

function* idsOf({ shelf, entries }: Reconciliation): Generator<MungedId> {
  for (const key of entries.keys()) yield key as MungedId;
  for (const mungedId of shelf.ids()) if (isKey(mungedId) && !entries.has(mungedId)) yield mungedId;
}

function factsOf({ shelf, view, entries, dirty, now }: Reconciliation, mungedId: MungedId): EntryFacts {
  const entry = entries.get(mungedId);
  const shown = view.get(mungedId);
  const touched = entry?.text !== shown?.text;
  const pending = dirty.has(mungedId);
  // Of thousands of entries one or two need a closer look.
  const value = touched || pending ? entry?.value : undefined;
  const readable = isJsonObject(value);
  const broughtAt = shown?.broughtAt;
  return {
    ours: shelf.has(mungedId),
    found: foundAs(),
    touched,
    pending,
    fresh: broughtAt !== undefined && now - broughtAt < FRESH,
    theirs: shown?.theirs === true,
    later: readable && shelf.outlives(mungedId, value),
  };

  function foundAs(): EntryFacts['found'] {
    if (entry === undefined) return 'absent';
    if (!touched && !pending) return 'same';
    return readable ? shelf.compare(mungedId, value) : 'unreadable';
  }
}

function showOurs(shelf: Shelf, view: Map<string, Shown>, mungedId: MungedId, now: number): void {
  const entry = isKey(mungedId) ? shelf.entry(mungedId) : undefined;
  if (entry === undefined) {
    view.delete(mungedId);
    return;
  }
  const before = view.get(mungedId);
  const text = encodeEntry(entry, before?.text);
  const broughtAt = before === undefined ? now : before.broughtAt;
  const member = encodeMember(mungedId, text);
  view.set(mungedId, { text, member, ...(broughtAt === undefined ? {} : { broughtAt }) });
}

/** Half a surrogate pair can't be written in UTF-8, so such an id never reaches the files. */
function isKey(mungedId: MungedId): boolean {
  return wellFormed(mungedId) === mungedId;
}
