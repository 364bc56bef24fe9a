// `npm run docs`: the pages of docs/ and the units of packaging/ that are made from the code.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './setup/run.mjs';

const { outputFiles } = await build({
  absWorkingDir: ROOT,
  entryPoints: ['scripts/docs/pages.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
});
const { generatedPages } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);
for (const [name, page] of await generatedPages()) {
  const path = join(ROOT, 'docs', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, page);
}
