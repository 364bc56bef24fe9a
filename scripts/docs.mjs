// `npm run docs`: the pages of docs/ and the units of packaging/ that are made from the code.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from './setup/run.mjs';

// Inside the checkout, so that packages are found from there.
const outfile = join(ROOT, '.cache/docs.mjs');
await build({
  absWorkingDir: ROOT,
  entryPoints: ['scripts/docs/pages.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
});
const { generatedPages } = await import(pathToFileURL(outfile).href);
for (const [name, page] of await generatedPages()) {
  const path = join(ROOT, 'docs', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, page);
}
