/** JSON as it was written: numbers keep their text, members their order. */
export type PythonJson =
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, PythonJson> }
  | { readonly kind: 'array'; readonly items: readonly PythonJson[] }
  | { readonly kind: 'scalar'; readonly text: string; readonly value: string | number | boolean | null };

/** Deeper than this Python's `json` gives up as well (its recursion limit). */
const DEEPEST = 900;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** JSON forbids what comes before it in strings. */
const FIRST_PRINTABLE = 0x20;

/** Space, tab, line feed and carriage return. */
const SPACE: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null|NaN|Infinity|-Infinity/y;

/**
 * Parses what Python's `json.loads` takes: JSON and the three numbers that JSON has not, whose value here is null. Of
 * members with one name the last counts, at the place of the first.
 *
 * @throws SyntaxError
 */
export function parsePythonJson(text: string): PythonJson {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

/**
 * The members of one JSON object as {@link parsePythonJson} reads them.
 *
 * @param known gives the text of a member as it may be expected; where it is found, it is not parsed
 * @throws SyntaxError
 */
export function parsePythonMembers(
  text: string,
  known: (name: string) => string | undefined,
): ReadonlyMap<string, PythonJson | 'known'> {
  const reader = new Reader(text);
  const members = reader.members(known);
  reader.end();
  return members;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  members(known: (name: string) => string | undefined): ReadonlyMap<string, PythonJson | 'known'> {
    const members = new Map<string, PythonJson | 'known'>();
    if (!this.#next('{')) throw this.#error();
    if (this.#next('}')) return members;
    do {
      const name = this.#name();
      members.set(name, this.#skip(known(name)) ? 'known' : this.value(1));
    } while (this.#next(','));
    if (!this.#next('}')) throw this.#error();
    return members;
  }

  value(depth: number): PythonJson {
    this.#space();
    const first = this.#text[this.#at];
    if (depth > DEEPEST) throw this.#error();
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') {
      const text = this.#string();
      return { kind: 'scalar', text, value: unquote(text) };
    }
    const word = this.#match(WORD);
    if (word !== undefined) return { kind: 'scalar', text: word, value: WORDS.get(word) ?? null };
    const number = this.#match(NUMBER);
    if (number === undefined || number === '') throw this.#error();
    const value = Number(number);
    return { kind: 'scalar', text: pythonNumber(number), value: Number.isFinite(value) ? value : null };
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#error();
  }

  #object(depth: number): PythonJson {
    const members = new Map<string, PythonJson>();
    this.#at += 1;
    if (this.#next('}')) return { kind: 'object', members };
    do {
      members.set(this.#name(), this.value(depth + 1));
    } while (this.#next(','));
    if (!this.#next('}')) throw this.#error();
    return { kind: 'object', members };
  }

  #array(depth: number): PythonJson {
    const items: PythonJson[] = [];
    this.#at += 1;
    if (this.#next(']')) return { kind: 'array', items };
    do items.push(this.value(depth + 1));
    while (this.#next(','));
    if (!this.#next(']')) throw this.#error();
    return { kind: 'array', items };
  }

  /** The name of a member and the colon after it. */
  #name(): string {
    this.#space();
    const name = unquote(this.#string());
    if (!this.#next(':')) throw this.#error();
    return name;
  }

  /** Steps over a value if it is exactly this one. */
  #skip(value: string | undefined): boolean {
    this.#space();
    // Only what ends by itself: `1` would be found in `12` as well.
    if (value === undefined || !value.endsWith('}') || !this.#text.startsWith(value, this.#at)) return false;
    this.#at += value.length;
    return true;
  }

  #string(): string {
    const start = this.#at;
    if (this.#text[start] !== '"') throw this.#error();
    // A loop and not a pattern: a pattern that tries again and again is slow on a long string without an end.
    for (let at = start + 1; at < this.#text.length; at += 1) {
      const code = this.#text.charCodeAt(at);
      if (code < FIRST_PRINTABLE) break;
      if (code === BACKSLASH) at += 1;
      if (code !== QUOTE) continue;
      this.#at = at + 1;
      return this.#text.slice(start, this.#at);
    }
    throw this.#error();
  }

  /** Takes `character`, with the space before it, if it comes next. */
  #next(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    while (SPACE.includes(this.#text.charCodeAt(this.#at))) this.#at += 1;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return undefined;
    const start = this.#at;
    this.#at = pattern.lastIndex;
    return this.#text.slice(start, this.#at);
  }

  #error(): SyntaxError {
    return new SyntaxError(`unexpected input at ${this.#at}`);
  }
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

function unquote(text: string): string {
  return text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1);
}

/** A number as Python writes it back: `1E5` is a float to it and becomes `100000.0`. */
function pythonNumber(text: string): string {
  if (!/[.eE]/.test(text)) return text === '-0' ? '0' : text;
  return pythonFloat(Number(text));
}

/** `float.__repr__`: JavaScript's digits, but with an exponent below 1e-4 and from 1e16 on. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponent = ''] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const power = Number(exponent);
  return (
    (value < 0 ? '-' : '') +
    (power < -4 || power >= 16 ? scientific(digits, power) : positional(digits, power))
  );
}

function scientific(digits: string, power: number): string {
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function positional(digits: string, power: number): string {
  if (power < 0) return `0.${'0'.repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0');
  return `${whole}.${digits.slice(power + 1) || '0'}`;
}
