import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configFields } from './fields.ts';

const PAGE = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

/** Rows of the form: | `a.b.c` | `default` | text |, the default empty where there is none. */
function documentedFields(): Map<string, string> {
  const rows = PAGE.matchAll(/^\| `([\w.-]+)` \| (?:`([^`]*)`)?[^|]*\| .+ \|$/gm);
  return new Map(Array.from(rows, ([, name = '', fallback = '']) => [name, fallback]));
}

describe('docs/configuration.md', () => {
  it('lists every setting with its default, and no other', () => {
    const fields = configFields().map(({ keys, fallback }): [string, string] => [
      keys.join('.'),
      fallback === undefined ? '' : JSON.stringify(fallback),
    ]);
    expect(documentedFields()).toEqual(new Map(fields));
  });
});
