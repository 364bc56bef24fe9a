import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

const pages = new Map<string, string>();
for (const folder of ['', 'docs', 'packaging/container']) {
  for (const name of await readdir(join(REPOSITORY, folder))) {
    if (name.endsWith('.md')) {
      const path = join(folder, name);
      pages.set(path, await readFile(join(REPOSITORY, path), 'utf8'));
    }
  }
}

/** The anchors that GitHub makes of a page's headings. */
function anchorsOf(page: string): Set<string> {
  const headings = withoutCode(page).matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/\]\([^)]*\)/g, '')
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutCode(page: string): string {
  return page.replaceAll(/^```.*?^```$/gms, '');
}

/** Where a page's links and pictures lead, as far as it is not the web. */
function targetsOf(page: string): string[] {
  const text = withoutCode(page);
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/ src="([^"]+)"/g)];
  return links.map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));
}

function isThere(from: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : relative('.', join(dirname(from), path));
  if (!existsSync(join(REPOSITORY, file))) return false;
  const page = pages.get(file);
  return anchor === undefined || page === undefined || anchorsOf(page).has(anchor);
}

test.each([...pages.keys()])('every link in %s leads somewhere', (path) => {
  const targets = targetsOf(pages.get(path) ?? '');
  expect(targets.filter((target) => !isThere(path, target))).toEqual([]);
});

test('every page of docs/ can be found from its index', () => {
  const index = targetsOf(pages.get('docs/README.md') ?? '');
  const missing = [...pages.keys()]
    .filter((path) => path.startsWith('docs/') && path !== 'docs/README.md')
    .filter((path) => !index.includes(relative('docs', path)));
  expect(missing).toEqual([]);
});
