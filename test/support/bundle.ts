import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Bundles a TypeScript script of `test/support/`, so that a test can run it as a process of its own.
 *
 * @returns the path of a file that `node` runs
 */
export async function bundleScript(name: string): Promise<string> {
  // Inside the repository, so that koffi is found from there.
  const folder = join(REPOSITORY, '.cache', 'test-scripts');
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, `${basename(name, '.ts')}.${process.pid}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external: ['koffi', 'pg-native'],
    // CommonJS packages inside an ES module ask for Node's own modules by `require`.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}
