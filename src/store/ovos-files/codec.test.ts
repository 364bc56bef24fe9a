import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../json.ts';
import { decodeFile, encodeEntry, encodeFile, encodeMember } from './codec.ts';

function decode(text: string): Map<string, { text: string; value: JsonValue }> {
  return decodeFile(Buffer.from(text));
}

/** What a file becomes when every entry is written back as it was read. */
function rewrite(text: string): string {
  return encodeFile([...decode(text)].map(([key, entry]) => encodeMember(key, entry.text))).toString();
}

/** The name of the error that `work` ends with, if it does. */
function errorOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

function valuesOf(entries: ReadonlyMap<string, { value: JsonValue }>): JsonObject {
  return Object.fromEntries([...entries].map(([key, { value }]) => [key, value]));
}

// `__proto__` as a key of an object literal is another thing than as a key in JSON.
const object = fc.dictionary(
  fc.string({ unit: 'binary' }).filter((key) => !/\p{Surrogate}/u.test(key)),
  fc.jsonValue({ stringUnit: 'grapheme-composite' }),
) as fc.Arbitrary<JsonObject>;

describe('the codec of the shared files', () => {
  test('writes an entry such that it is read back as it was', () => {
    fc.assert(
      fc.property(object, (entry) => {
        const value = JSON.parse(JSON.stringify(entry)) as JsonObject;
        const file = encodeFile([encodeMember('id', encodeEntry(value))]).toString();
        expect(JSON.parse(file)).toEqual({ id: value });
        expect(decode(file).get('id')?.value).toEqual(value);
        expect(rewrite(file)).toBe(file);
      }),
    );
  });

  test('never fails but by a SyntaxError, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, text) => {
        expect([undefined, 'SyntaxError']).toContain(errorOf(() => decodeFile(bytes)));
        expect([undefined, 'SyntaxError']).toContain(errorOf(() => decode(text)));
      }),
    );
  });

  test('takes exactly the JSON objects that JSON.parse takes', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (json, at, noise) => {
        const place = at % (json.length + 1);
        const text = `{"a": ${json.slice(0, place)}${noise}${json.slice(place)}}`;
        // Python's reader takes more than JSON: these three, comments, and lines in the middle of a string.
        fc.pre(!/NaN|Infinity|[\n\r]/.test(text));
        // 1e999 is no number to JSON, though JSON.parse reads it.
        const finite = (_key: string, value: unknown): unknown =>
          typeof value === 'number' && !Number.isFinite(value) ? null : value;
        const expected: unknown = errorOf(() => JSON.parse(text)) ?? JSON.parse(text, finite);
        const found = errorOf(() => decode(text)) ?? valuesOf(decode(text));
        expect(found).toEqual(expected);
      }),
    );
  });

  test('keeps the text of numbers that JavaScript would change', () => {
    const text =
      '{\n    "id": {\n        "a": 1.0,\n        "b": 12345678901234567890,\n        "c": 1e+22\n    }\n}';
    expect(rewrite(text)).toBe(text);
  });

  test('keeps the text of the fields that stay when another one changes', () => {
    const before = decode(
      '{"id": {"when": 1766500000.0, "account": 12345678901234567890, "scope": "a"}}',
    ).get('id');
    const value = { ...(before?.value as JsonObject), scope: 'b' };
    expect(encodeEntry(value, before?.text)).toBe(
      '{\n        "when": 1766500000.0,\n        "account": 12345678901234567890,\n        "scope": "b"\n    }',
    );
  });

  test.each([
    [1_766_500_000.123, '1766500000.123'],
    [0.0001, '0.0001'],
    [0.000012, '1.2e-05'],
    [-1e-7, '-1e-07'],
    [1e21, '1e+21'],
    [-0, '0'],
    [3, '3'],
    [2.5, '2.5'],
  ])('writes the number %d as Python does', (number, text) => {
    expect(encodeEntry({ n: number })).toBe(`{\n        "n": ${text}\n    }`);
  });

  test('of members with one name takes the last at the place of the first', () => {
    expect([...decode('{"a": 1, "b": 2, "a": 3}')].map(([key, { text }]) => [key, text])).toEqual([
      ['a', '3'],
      ['b', '2'],
    ]);
  });

  test('reads an entry that is as it was expected just as any other', () => {
    const text = '{\n    "a": {\n        "x": 1\n    },\n    "b": {\n        "x": 2\n    }\n}';
    const plain = decodeFile(Buffer.from(text));
    const known = new Map([
      ['a', plain.get('a')?.text],
      ['b', '{\n        "x": 3\n    }'],
    ]);
    const expected = decodeFile(Buffer.from(text), (key) => known.get(key));
    expect([...expected].map(([key, entry]) => [key, entry.text, entry.value])).toEqual([
      ['a', plain.get('a')?.text, { x: 1 }],
      ['b', plain.get('b')?.text, { x: 2 }],
    ]);
    const broken = text.replace('},', '}x,');
    expect(() => decodeFile(Buffer.from(broken), (key) => known.get(key))).toThrow(SyntaxError);
  });

  test('keeps the order of keys that look like numbers', () => {
    expect([...decode('{"b": {}, "2": {}, "1": {}}').keys()]).toEqual(['b', '2', '1']);
  });

  test('reads what Python’s reader allows beyond JSON: comments and the numbers that are none', () => {
    const entry = decode('{\n  // a remark\n  "a": NaN,\n  # another\n  "b": [-Infinity]\n}').get('b');
    expect(entry?.text).toBe('[\n        -Infinity\n    ]');
    expect(entry?.value).toEqual([null]);
  });

  test('leaves no character in a text that makes Python destroy the file', () => {
    // Half a pair stops Python's writer, a line separator is dropped by its reader.
    const text = encodeEntry({ half: '\ud800', separated: 'a\u2028// b' });
    expect(text).toContain('"half": "\ufffd"');
    expect(text).toContain(String.raw`"separated": "a\u2028// b"`);
  });

  test.each(['', '{', '[]', '5', '{"a": }', '{"a": 01}', '{"a": "\t"}', '\ufeff{}', '{} {}'])(
    'refuses %j',
    (text) => {
      expect(() => decode(text)).toThrow(SyntaxError);
    },
  );

  test('refuses bytes that are not UTF-8, and nesting without end', () => {
    expect(() => decodeFile(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toThrow(SyntaxError);
    expect(() => decode(`{"a": ${'['.repeat(100_000)}`)).toThrow(SyntaxError);
  });

  test('writes no entry at all as Python writes an empty dictionary', () => {
    expect(encodeFile([]).toString()).toBe('{}');
    expect(encodeEntry({})).toBe('{}');
  });
});
