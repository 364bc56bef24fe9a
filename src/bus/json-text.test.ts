import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson, rawMembers } from './json-text.ts';

/** JSON text with white space wherever it may stand, and escapes that JSON.stringify would not use. */
const jsonText = fc
  .tuple(fc.json({ noUnicodeString: false }), fc.constantFrom('', ' ', '\n\t', '\r\n  '))
  .map(([json, space]) => (space === '' ? json : respace(json, space)));

function respace(json: string, space: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]/g, (token) => `${space}${token}${space}`);
}

const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '"', '\\', '\\"', '', 'a b', '{', ']', 'é'),
);
const objectText = fc
  .array(fc.tuple(name, jsonText, fc.boolean()), { maxLength: 8 })
  .map(
    (members) =>
      `{${members.map(([key, value, escape]) => `${escape ? escaped(key) : JSON.stringify(key)}: ${value}`).join(' ,')}}`,
  );

function escaped(key: string): string {
  const units = key.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${units.join('')}"`;
}

describe('rawMembers', () => {
  it('gives for each member the text that JSON.parse reads as its value', () => {
    fc.assert(
      fc.property(objectText, (text) => {
        const parsed = JSON.parse(text) as Record<string, unknown>;
        const raw = rawMembers(text);
        expect([...raw.keys()].toSorted()).toEqual(Object.keys(parsed).toSorted());
        for (const [key, json] of raw) expect(JSON.parse(json)).toEqual(parsed[key]);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps numbers as they are written', () => {
    const text = '{"a": 1.0, "b": 9223372036854775808, "c": -0, "d": 1e+05, "e": [1.50]}';
    expect([...rawMembers(text).values()]).toEqual(['1.0', '9223372036854775808', '-0', '1e+05', '[1.50]']);
  });

  it('gives the last of two members with one name', () => {
    expect([...rawMembers('{"a": 1, "b": 2, "\\u0061": 3}')]).toEqual([
      ['a', '3'],
      ['b', '2'],
    ]);
  });

  it('reads a value nested far deeper than the stack is', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(rawMembers(`{"a": ${deep}, "b": 1}`).get('b')).toBe('1');
  });
});

describe('parseJson', () => {
  it('reads everything that JSON.parse reads', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(['[NaN]', '[Infinity, -Infinity]', '{"a": NaN }', 'NaN', '[1,NaN,"NaN"]', '{"NaN":-Infinity}'])(
    'takes what Python writes for a number that is none: %s',
    (text) => {
      const expected: unknown = JSON.parse(
        text.replaceAll(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) =>
          token.startsWith('"') ? token : 'null',
        ),
      );
      expect(parseJson(text)).toEqual(expected);
    },
  );

  it.each([
    '[-NaN]',
    '[1NaN]',
    '[NaN1]',
    '{NaN: 1}',
    '[NaN',
    '[NaN "x"]',
    '["NaN]',
    '[+Infinity]',
    'NaN NaN',
  ])('refuses what Python refuses as well: %s', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it('leaves __proto__ a member like any other', () => {
    const value = parseJson('{"__proto__": {"polluted": true}, "x": NaN}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__', 'x']);
  });
});
