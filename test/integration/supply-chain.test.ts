import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import * as v from 'valibot';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

const packageSchema = v.object({
  dependencies: v.record(v.string(), v.string()),
  devDependencies: v.record(v.string(), v.string()),
});
const lockSchema = v.object({
  packages: v.record(
    v.string(),
    v.object({
      version: v.optional(v.string()),
      integrity: v.optional(v.string()),
      link: v.optional(v.boolean()),
      license: v.optional(v.string()),
      hasInstallScript: v.optional(v.boolean()),
    }),
  ),
});
const billSchema = v.object({
  components: v.array(
    v.object({
      'bom-ref': v.string(),
      hashes: v.array(v.object({ alg: v.string(), content: v.string() })),
      licenses: v.array(v.object({ license: v.object({ id: v.string() }) })),
    }),
  ),
});

/** Licences under which a part may be handed on inside a program under Apache-2.0, with its notice. */
const FIT_FOR_RELEASE = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0']);

async function read<T extends v.GenericSchema>(path: string, schema: T): Promise<v.InferOutput<T>> {
  return v.parse(schema, JSON.parse(await readFile(join(REPOSITORY, path), 'utf8')));
}

async function billOfMaterials(): Promise<v.InferOutput<typeof billSchema>> {
  await run('npm', ['run', '--silent', 'sbom'], { cwd: REPOSITORY });
  return read('dist/ovos-oauth.cdx.json', billSchema);
}

test('every package has its line in docs/dependencies.md, and no line is of a package that is gone', async () => {
  const { dependencies, devDependencies } = await read('package.json', packageSchema);
  const page = await readFile(join(REPOSITORY, 'docs/dependencies.md'), 'utf8');
  const firstCells = page.match(/^\| `[^|]+\|/gm) ?? [];
  const told = firstCells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  const used = Object.keys({ ...dependencies, ...devDependencies });
  const toldTypes = told.includes('@types/*');
  expect(used.filter((name) => !told.includes(name) && !(toldTypes && name.startsWith('@types/')))).toEqual(
    [],
  );
  expect(told.filter((name) => name !== '@types/*' && !used.includes(name ?? ''))).toEqual([]);
});

test('the lockfile holds the digest of every package', async () => {
  const { packages } = await read('package-lock.json', lockSchema);
  const installed = Object.entries(packages).filter(([path, { link }]) => path !== '' && link !== true);
  expect(installed.length).toBeGreaterThan(50);
  expect(
    installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path),
  ).toEqual([]);
});

test('no package asks for an install script, but the two whose scripts have nothing to do', async () => {
  const { packages } = await read('package-lock.json', lockSchema);
  const asking = Object.entries(packages).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript === true ? path : [],
  );
  expect(asking).toEqual(['node_modules/esbuild', 'node_modules/koffi']);
});

test('the bill of materials has every part of the release with its digest, under a licence that fits', async () => {
  const { components } = await billOfMaterials();
  const names = components.map((component) => component['bom-ref'].replace(/@[^@]+$/, ''));
  expect(names).toEqual(expect.arrayContaining(['koffi', 'oauth4webapi', 'hono', 'ws', 'valibot', 'pino']));
  expect(names).not.toContain('vitest');
  const algorithms = components.map(({ hashes }) => hashes.map(({ alg }) => alg).join());
  expect(new Set(algorithms)).toEqual(new Set(['SHA-512']));
  const licences = components.map(({ licenses }) => licenses.map(({ license }) => license.id));
  expect(licences.filter((ids) => ids.length === 0)).toEqual([]);
  expect(licences.flat().filter((id) => !FIT_FOR_RELEASE.has(id))).toEqual([]);
});

test('the licences of all bundled parts go along with the release', async () => {
  const { components } = await billOfMaterials();
  const notices = await readFile(join(REPOSITORY, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
  const bundled = components.filter((component) => !component['bom-ref'].startsWith('koffi@'));
  for (const component of bundled) {
    expect(notices).toContain(component['bom-ref'].replace(/@([^@]+)$/, ' $1 ('));
  }
});

test('the same source gives the same files, wherever it is built', async () => {
  // On the same file system, for the hard links below.
  await mkdir(join(REPOSITORY, '.cache'), { recursive: true });
  const elsewhere = await mkdtemp(join(REPOSITORY, '.cache/build-'));
  try {
    for (const part of ['src', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.types.json']) {
      await cp(join(REPOSITORY, part), join(elsewhere, part), { recursive: true });
    }
    // Hard links: the packages are the same files.
    await run('cp', ['-al', join(REPOSITORY, 'node_modules'), join(elsewhere, 'node_modules')]);
    await run(process.execPath, ['scripts/build.mjs'], { cwd: elsewhere });
    const built = await digestsOf(join(elsewhere, 'dist'));
    expect(Object.keys(built)).toContain('ovos-oauth.mjs');
    expect(await digestsOf(join(REPOSITORY, 'dist'))).toMatchObject(built);
  } finally {
    await rm(elsewhere, { recursive: true, force: true });
  }
});

/** Of every file that `npm run build` makes. */
async function digestsOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.cdx.json'));
  const digests = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      const digest = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      return [path.slice(folder.length + 1), digest] as const;
    }),
  );
  return Object.fromEntries(digests.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
