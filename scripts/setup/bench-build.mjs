import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './run.mjs';

/**
 * Bundles programs of bench/.
 *
 * @param {readonly string[]} names without `.ts`
 * @returns {Promise<string>} the folder with a `<name>.mjs` for each
 */
export async function buildBenchmark(names) {
  // Loaded late: it is a package, and there may have been none before.
  const { build } = await import('esbuild');
  const built = join(ROOT, '.cache/bench');
  await build({
    absWorkingDir: ROOT,
    entryPoints: names.map((name) => `bench/${name}.ts`),
    outdir: built,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // ws looks for these add-ons in the file system at every start otherwise; the broker is built the same way.
    define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    plugins: [{ name: 'keep-own-url', setup: keepOwnUrl }],
    logLevel: 'warning',
  });
  return built;
}

/** A module of a bundle finds the files beside its source by `import.meta.url`, as it does when it is not bundled. */
function keepOwnUrl({ onLoad }) {
  onLoad({ filter: /\/(?:bench|test\/support)\/[\w-]+\.ts$/ }, async ({ path }) => ({
    loader: 'ts',
    contents: (await readFile(path, 'utf8')).replaceAll(
      'import.meta.url',
      JSON.stringify(pathToFileURL(path).href),
    ),
  }));
}
