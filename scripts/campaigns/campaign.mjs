// Long versions of tests, for figures: the same test, with more of everything.
import { parseArgs } from 'node:util';
import { installPackages } from '../setup/packages.mjs';
import { ensurePythonVenv } from '../setup/python-venv.mjs';
import { progress, run } from '../setup/run.mjs';

/**
 * Runs a test as a campaign and ends with its exit code.
 *
 * @param {string} file the test
 * @param {Record<string, { variable: string, default: string }>} numbers options, with the environment variable by
 *   which the test is told
 * @param {{ project?: 'unit' | 'integration' }} kind
 */
export async function runCampaign(file, numbers, { project = 'integration' } = {}) {
  const options = {
    ...numbers,
    seed: { variable: 'OVOS_OAUTH_SEED', default: String(Date.now() % 1_000_000) },
  };
  const { values } = parseArgs({
    options: Object.fromEntries(
      Object.entries(options).map(([name, { default: value }]) => [name, { type: 'string', default: value }]),
    ),
  });
  const env = Object.fromEntries(
    Object.entries(options).map(([name, { variable }]) => [variable, wholeNumber(name, values[name])]),
  );
  await installPackages();
  const peers = project === 'unit' ? {} : { OVOS_OAUTH_TEST_VENV: await ensurePythonVenv() };
  progress(`${file} with ${JSON.stringify(values)}`);
  process.exitCode = await run(
    'node',
    ['node_modules/vitest/vitest.mjs', 'run', '--project', project, file],
    { env: { ...peers, ...env } },
  );
}

function wholeNumber(name, value) {
  if (!/^[1-9]\d*$/.test(value)) throw new Error(`--${name} takes a whole number, not "${value}"`);
  return value;
}
