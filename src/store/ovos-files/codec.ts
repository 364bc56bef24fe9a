import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { parsePythonJson, parsePythonMembers, type PythonJson, pythonFloat } from './python-json.ts';

/** An entry of a shared file. */
export class Entry {
  /** As Python writes it, with the numbers as they were written. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  get value(): JsonValue {
    return valueOf(parsePythonJson(this.text));
  }
}

const INDENT = '    ';

/**
 * Reads a shared file as `json_database.utils.load_commented_json` does, comments included.
 *
 * @param known gives the text of an entry as it was last; what is still the same is not looked into again
 * @throws SyntaxError where it is not one JSON object in UTF-8
 */
export function decodeFile(
  bytes: Uint8Array,
  known: (key: string) => string | undefined = () => undefined,
): Map<string, Entry> {
  const text = decodeUtf8(bytes);
  let members: ReadonlyMap<string, PythonJson | 'known'>;
  try {
    members = parsePythonMembers(text, known);
  } catch (error) {
    const uncommented = withoutComments(text);
    if (uncommented === text) throw error;
    members = parsePythonMembers(uncommented, known);
  }
  return new Map(
    [...members].map(([key, member]) => [
      key,
      new Entry(member === 'known' ? (known(key) ?? '') : textOf(member, INDENT)),
    ]),
  );
}

/**
 * One entry as `json.dump(…, indent=4, ensure_ascii=False)` writes it inside the file's object, and its value as it will
 * be read from there.
 *
 * @param before text of the entry so far: where a field keeps its value it keeps its text as well, so that `1.0` and
 *   integers beyond 2^53 outlive a change of other fields
 */
export function encodeEntry(value: JsonObject, before?: string): string {
  const earlier = before === undefined ? undefined : parsePythonJson(before);
  const members = Object.entries(value).flatMap(([name, field]) =>
    field === undefined ? [] : [{ name, field }],
  );
  if (members.length === 0) return '{}';
  const lines = members.map(({ name, field }) => {
    const kept = earlier?.kind === 'object' ? earlier.members.get(name) : undefined;
    const indent = INDENT + INDENT;
    const same = kept !== undefined && isDeepStrictEqual(valueOf(kept), field);
    return `${indent}${textOfString(name)}: ${same ? textOf(kept, indent) : textOfValue(field, indent)}`;
  });
  return `{\n${lines.join(',\n')}\n${INDENT}}`;
}

/** The bytes of an entry with its key; {@link encodeFile} joins them. */
export function encodeMember(key: string, text: string): Buffer {
  return Buffer.from(`${INDENT}${textOfString(key)}: ${text}`);
}

/**
 * A whole file. Bytes and not text are joined, since all but one or two of thousands of members are as before.
 *
 * @param memoryOf gives at least so many bytes to build it in
 */
export function encodeFile(
  members: readonly Buffer[],
  memoryOf = (length: number): Buffer => Buffer.allocUnsafe(length),
): Buffer {
  if (members.length === 0) return Buffer.from('{}');
  const between = (members.length - 1) * SEPARATOR.length;
  const length = members.reduce((sum, member) => sum + member.length, START.length + between + END.length);
  const file = memoryOf(length).subarray(0, length);
  file.set(START);
  let at = START.length;
  for (const member of members) {
    if (at > START.length) {
      file.set(SEPARATOR, at);
      at += SEPARATOR.length;
    }
    file.set(member, at);
    at += member.length;
  }
  file.set(END, at);
  return file;
}

const START = Buffer.from('{\n');
const SEPARATOR = Buffer.from(',\n');
const END = Buffer.from('\n}');

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError('not UTF-8', { cause });
  }
}

/** `json_database.utils.uncomment_json`: lines that start with `//` or `#` go. */
function withoutComments(text: string): string {
  return text
    .split(/\r\n|[\n\r]/)
    .filter((line) => !/^\s*(?:\/\/|#)/.test(line))
    .join(' ');
}

/** The value as JavaScript has it; what JSON has no number for (`NaN`) is null. */
function valueOf(json: PythonJson): JsonValue {
  if (json.kind === 'scalar') return json.value;
  if (json.kind === 'array') return json.items.map(valueOf);
  return Object.fromEntries([...json.members].map(([name, member]) => [name, valueOf(member)]));
}

function textOf(json: PythonJson, indent: string): string {
  if (json.kind === 'scalar') return typeof json.value === 'string' ? textOfString(json.value) : json.text;
  const inner = indent + INDENT;
  const lines =
    json.kind === 'array'
      ? json.items.map((item) => inner + textOf(item, inner))
      : [...json.members].map(([name, member]) => `${inner}${textOfString(name)}: ${textOf(member, inner)}`);
  return wrap(json.kind === 'array' ? '[]' : '{}', lines, indent);
}

function textOfValue(value: JsonValue, indent: string): string {
  const inner = indent + INDENT;
  if (typeof value === 'string') return textOfString(value);
  if (typeof value === 'number') return textOfNumber(value);
  if (isJsonObject(value)) {
    const members = Object.entries(value).flatMap(([name, member]) =>
      member === undefined ? [] : [`${inner}${textOfString(name)}: ${textOfValue(member, inner)}`],
    );
    return wrap('{}', members, indent);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  return wrap(
    '[]',
    value.map((item) => inner + textOfValue(item, inner)),
    indent,
  );
}

function wrap(brackets: '[]' | '{}', lines: readonly string[], indent: string): string {
  return lines.length === 0 ? brackets : `${brackets[0]}\n${lines.join(',\n')}\n${indent}${brackets[1]}`;
}

// Python's reader (`str.splitlines` in `uncomment_json`) takes these for ends of lines and drops them.
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/**
 * Python's `json.encoder.py_encode_basestring`, but for two kinds of characters that would do harm: line ends that
 * Python's own reader destroys are escaped, and half a surrogate pair, on which Python would stop in the middle of
 * writing the file, is replaced.
 */
function textOfString(text: string): string {
  return JSON.stringify(wellFormed(text)).replaceAll(
    LINE_ENDS,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The text with U+FFFD for every half of a surrogate pair. */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\u{FFFD}');
}

/** A number that JavaScript made: without a fraction it is an integer to Python, else a float. */
function textOfNumber(value: number): string {
  return Number.isFinite(value) && !Number.isInteger(value) ? pythonFloat(value) : JSON.stringify(value);
}
