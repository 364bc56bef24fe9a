import { join } from 'node:path';
import { buildBenchmark } from './bench-build.mjs';
import { installPackages } from './packages.mjs';
import { ensurePythonVenv } from './python-venv.mjs';
import { mustRun, progress, run } from './run.mjs';

/**
 * Installs and builds everything, runs the first of the programs with this process's arguments and ends with its exit
 * code.
 *
 * @param {readonly [string, ...string[]]} names of programs in bench/, without `.ts`
 */
export async function runBenchmark(names) {
  await installPackages();
  const venv = await ensurePythonVenv();
  if (process.env.OVOS_OAUTH_TEST_PREBUILT !== '1') {
    progress('Building');
    await mustRun('node', ['scripts/build.mjs']);
  }
  const built = await buildBenchmark(names);
  process.exitCode = await run('node', [join(built, `${names[0]}.mjs`), ...process.argv.slice(2)], {
    env: { OVOS_OAUTH_TEST_VENV: venv },
  });
}
