// `npm run bench [-- options]`: this broker and the Python plugin side by side on the same bus; `-- --help` names the
// options. Needs Node, npm and Python 3; installs and builds what it measures.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPackages } from './setup/packages.mjs';
import { ensurePythonVenv } from './setup/python-venv.mjs';
import { mustRun, progress, ROOT, run } from './setup/run.mjs';

await installPackages();
const venv = await ensurePythonVenv();
if (process.env.OVOS_OAUTH_TEST_PREBUILT !== '1') {
  progress('Building');
  await mustRun('node', ['scripts/build.mjs']);
}
const built = join(ROOT, '.cache/bench');
await buildBenchmark();
process.exitCode = await run('node', [join(built, 'main.mjs'), ...process.argv.slice(2)], {
  env: { OVOS_OAUTH_TEST_VENV: venv },
});

async function buildBenchmark() {
  // Loaded late: it is a package, and there may have been none before.
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['bench/main.ts', 'bench/echo.ts', 'bench/token-endpoint.ts'],
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
