import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { expect, test } from 'vitest';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

const entries = await Promise.all(
  ['src', 'test', 'scripts', 'bench', 'examples'].map(async (folder) =>
    (await readdir(join(REPOSITORY, folder), { recursive: true })).map((path) => `/${folder}/${path}`),
  ),
);
const files = entries.flat();
const rooms = (await readdir(join(REPOSITORY, 'src'), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const LinterSettings = v.object({
  overrides: v.array(v.object({ files: v.array(v.string()), rules: v.record(v.string(), v.unknown()) })),
});

test.each(['docs/architecture.md', 'CONTRIBUTING.md'])('%s names only files that are there', async (page) => {
  const text = await readFile(join(REPOSITORY, page), 'utf8');
  const named = new Set(text.match(/(?<![\w*/.-])[\w/-]+\.(?:test\.)?m?ts\b/g));
  expect(named.size).toBeGreaterThan(5);
  expect([...named].filter((name) => !files.some((path) => path.endsWith(`/${name}`)))).toEqual([]);
});

test('docs/architecture.md tells of every room', async () => {
  const text = await readFile(join(REPOSITORY, 'docs/architecture.md'), 'utf8');
  expect(rooms.filter((room) => !text.includes(`\n  ${room}/`))).toEqual([]);
});

test('every room has its arrows in the linter: what it may import, and nothing else', async () => {
  const written: unknown = JSON.parse(await readFile(join(REPOSITORY, '.oxlintrc.json'), 'utf8'));
  const { overrides } = v.parse(LinterSettings, written);
  const held = new Set(
    overrides
      .filter(({ rules }) =>
        JSON.stringify(rules['no-restricted-imports'] ?? '').includes('"../**/[a-z]*/**"'),
      )
      .flatMap((override) => override.files),
  );
  expect(rooms.filter((room) => !held.has(`src/${room}/**/*.ts`))).toEqual([]);
});
