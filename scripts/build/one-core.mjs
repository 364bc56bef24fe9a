import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Keeps together what the service loads at every start. esbuild makes a file for each set of modules that the same late
 * `import()`s share: some fifty of them would be read at a start. When every late module also imports all of `core`,
 * that is one set, and one file.
 *
 * @param {string} root of the repository
 * @param {readonly string[]} core modules, from `root`, which with all they import are loaded at every start
 * @returns {import('esbuild').Plugin}
 */
export function oneCore(root, core) {
  const paths = core.map((module) => join(root, module));
  return {
    name: 'one-core',
    async setup(build) {
      const late = await lateModules(join(root, 'src'));
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!late.has(path)) return undefined;
        // Relative: the text goes into the source map, which shall be the same wherever it is built.
        const imports = paths
          .filter((one) => one !== path)
          .map((one) => `import ${JSON.stringify(`./${relative(dirname(path), one)}`)};`);
        return { loader: 'ts', contents: [await readFile(path, 'utf8'), ...imports].join('\n') };
      });
    },
  };
}

/** Every module of ours that some other one loads by `import()`. */
async function lateModules(folder) {
  const late = new Set();
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.ts')) continue;
    const path = join(folder, name);
    for (const [, module] of (await readFile(path, 'utf8')).matchAll(/\bimport\('(\.[^']+\.ts)'\)/g)) {
      late.add(resolve(dirname(path), module));
    }
  }
  return late;
}
