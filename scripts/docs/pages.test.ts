import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { generatedPages } from './pages.ts';

const pages = await generatedPages();

test.each([...pages])('docs/%s says what the code does: run `npm run docs`', async (name, page) => {
  expect(await readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')).toBe(page);
});

test.each(['bus-api.md', 'providers.md'])('every link inside of docs/%s leads to a heading', (name) => {
  const page = pages.get(name) ?? '';
  const headings = page.split('\n').flatMap((line) => {
    const heading = /^#+ (.+)$/.exec(line)?.[1];
    return heading === undefined
      ? []
      : [
          heading
            .toLowerCase()
            .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
            .replaceAll(' ', '-'),
        ];
  });
  const links = [...page.matchAll(/\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(15);
  expect(links.filter((link) => link === undefined || !headings.includes(link))).toEqual([]);
});
