/** Of 1; below it, what was heard is another name. Forgives one letter in five. */
const LEAST_LIKENESS = 0.78;
/** Characters of an utterance in which a name is looked for: anybody on the bus may send one of megabytes. */
const LONGEST_UTTERANCE = 200;
/** Characters of a name that somebody can say. */
const LONGEST_NAME = 64;

/**
 * Which of some names is in what was heard. Speech recognition writes "home assistant" or "homeassistant", "git hub",
 * "spotifi": case, accents, spaces and single letters do not count.
 *
 * @returns the most likely of `names`; undefined where none is
 */
export function heardName(utterance: string, names: Iterable<string>): string | undefined {
  const words = utterance
    .slice(0, LONGEST_UTTERANCE)
    .split(/\s+/)
    .map(plain)
    .filter((word) => word !== '');
  let best: { name: string; likeness: number } | undefined;
  for (const name of names) {
    if (name.length > LONGEST_NAME) continue;
    const likeness = likenessIn(words, name);
    const isBetter = best === undefined || likeness > best.likeness;
    // Of "Google" and "Google Calendar", both heard, the longer one is meant.
    const isLonger = best !== undefined && likeness === best.likeness && name.length > best.name.length;
    if (likeness >= LEAST_LIKENESS && (isBetter || isLonger)) best = { name, likeness };
  }
  return best?.name;
}

function likenessIn(words: readonly string[], name: string): number {
  const wanted = plain(name);
  const count = name.split(/\s+/).length;
  let best = 0;
  for (let length = Math.max(1, count - 1); length <= count + 2; length += 1) {
    for (let start = 0; start + length <= words.length; start += 1) {
      best = Math.max(best, likeness(words.slice(start, start + length).join(''), wanted));
    }
  }
  return best;
}

/** Letters and digits alone, without accents, in lower case. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** 1 for the same, 0 for nothing in common: the share of letters that need not be changed (Levenshtein). */
function likeness(one: string, other: string): number {
  const longest = Math.max(one.length, other.length);
  if (longest === 0 || Math.abs(one.length - other.length) > longest * (1 - LEAST_LIKENESS)) return 0;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return 1 - (row[other.length] ?? longest) / longest;
}
