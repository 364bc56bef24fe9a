import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

const read = (path: string): Promise<string> => readFile(fileURLToPath(new URL(path, ROOT)), 'utf8');

/** The tests that a page names: `` `file`: "title", "title" ``. */
function namedTests(page: string): ReadonlyArray<{ readonly file: string; readonly title: string }> {
  return [...page.matchAll(/`((?:src|test|scripts)\/[\w./-]+\.test\.ts)`:((?:,? "[^"]+")+)/g)].flatMap(
    ([, file = '', titles = '']) =>
      [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => ({ file, title })),
  );
}

test.each(['docs/security.md', 'docs/security-checklist.md'])(
  'every test that %s names is there, under that title',
  async (path) => {
    const page = await read(path);
    const named = namedTests(page);
    expect(named.length).toBeGreaterThan(3);
    const missing: string[] = [];
    for (const { file, title } of named) {
      const source = await read(file).catch(() => '');
      if (!source.includes(title)) missing.push(`${file}: ${title}`);
    }
    expect(missing).toEqual([]);
    // A file that is named without a title says nothing.
    const files = page.match(/`(?:src|test|scripts)\/[\w./-]+\.test\.ts`(?!:)/g) ?? [];
    expect(files.filter((file) => !file.includes('scripts/docs/security.test.ts'))).toEqual([]);
  },
);

test('every promise of docs/security.md names a test', async () => {
  const page = await read('docs/security.md');
  const tables = page.split('| Promised | Held by |').slice(1);
  expect(tables.length).toBe(6);
  for (const table of tables) {
    const rows = table.split('\n\n')[0]?.split('\n').slice(2) ?? [];
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) {
      const [, promise = '', held = ''] = row.split(' | ').map((cell) => cell.trim());
      expect([row, namedTests(row).length > 0, promise !== held]).toEqual([row, true, true]);
    }
  }
});
