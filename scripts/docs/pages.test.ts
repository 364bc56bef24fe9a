import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { generatedPages } from './pages.ts';

test.each([...generatedPages()])(
  'docs/%s says what the code does: run `npm run docs`',
  async (name, page) => {
    expect(await readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')).toBe(page);
  },
);

test('every link inside of the bus API leads to a heading', () => {
  const page = generatedPages().get('bus-api.md') ?? '';
  const headings = page.split('\n').flatMap((line) => {
    const heading = /^#+ (.+)$/.exec(line)?.[1];
    return heading === undefined
      ? []
      : [
          heading
            .toLowerCase()
            .replaceAll(/[^\w -]/g, '')
            .replaceAll(' ', '-'),
        ];
  });
  const links = [...page.matchAll(/\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(15);
  expect(links.filter((link) => link === undefined || !headings.includes(link))).toEqual([]);
});
