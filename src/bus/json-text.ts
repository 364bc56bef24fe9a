// Reads JSON as text, so that what is passed on keeps the very characters it came with: `1.0` and integers beyond 2^53
// survive, which they would not as JavaScript numbers.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;

/**
 * Parses JSON as Python's `json.loads` does: `NaN`, `Infinity` and `-Infinity`, which Python's `json.dumps` writes, are
 * taken too and become `null`.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!text.includes('NaN') && !text.includes('Infinity')) throw error;
    return JSON.parse(nonFiniteAsNull(text));
  }
}

/**
 * The members of an object as raw JSON text, by their unescaped names, in the order Python keeps: of two members with
 * one name the last value counts, at the place of the first.
 * @param text one JSON object that {@link parseJson} accepts; of anything else the result means nothing
 */
export function rawMembers(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const nameEnd = endOfString(text, at);
    const name = text.slice(at, nameEnd);
    // Past the colon.
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = endOfValue(text, start);
    members.set(unescape(name), text.slice(start, end));
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
  }
  return members;
}

function unescape(name: string): string {
  return name.includes('\\') ? String(JSON.parse(name)) : name.slice(1, -1);
}

/** Index of the first character that is no white space (everything up to U+0020, in valid JSON). */
function skipSpace(text: string, at: number): number {
  let index = at;
  while (text.charCodeAt(index) <= SPACE) index += 1;
  return index;
}

/** Index after the string whose opening quote is at `at`. */
function endOfString(text: string, at: number): number {
  let quote = at;
  for (;;) {
    quote = text.indexOf('"', quote + 1);
    if (quote === -1) return text.length;
    let before = quote - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    // An even run of backslashes escapes itself, an odd one escapes the quote.
    if ((quote - before) % 2 === 1) return quote + 1;
  }
}

function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return endOfString(text, start);
  return first === OPEN_BRACE || first === OPEN_BRACKET ? endOfNested(text, start) : endOfScalar(text, start);
}

// A loop, not a recursion: any client of the bus can nest as deep as it likes.
function endOfNested(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    at += 1;
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return at;
}

function endOfScalar(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET || code <= SPACE) break;
    at += 1;
  }
  return at;
}

const NON_FINITE = ['NaN', 'Infinity', '-Infinity'];

function nonFiniteAsNull(text: string): string {
  let result = '';
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    if (code <= SPACE || code === COMMA || code === COLON || code === OPEN_BRACKET || code === OPEN_BRACE) {
      at += 1;
      continue;
    }
    // A whole scalar at a time, so that `1NaN` stays the nonsense it is.
    const end = Math.max(endOfScalar(text, at), at + 1);
    if (NON_FINITE.includes(text.slice(at, end))) {
      result += `${text.slice(copied, at)}null`;
      copied = end;
    }
    at = end;
  }
  return result + text.slice(copied);
}
