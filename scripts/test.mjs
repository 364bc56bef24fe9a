// `npm test [-- vitest's arguments]`: installs what the tests need, then runs them. Needs Node, npm and Python 3.
import { ensureChromium } from './setup/chromium.mjs';
import { installPackages } from './setup/packages.mjs';
import { ensurePostgres } from './setup/postgres.mjs';
import { ensureCoreVenv, ensurePythonVenv } from './setup/python-venv.mjs';
import { progress, run } from './setup/run.mjs';
import { ensureShells } from './setup/shells.mjs';
import { ensureSystemd } from './setup/systemd.mjs';

await installPackages();
const venv = await ensurePythonVenv();
const coreVenv = await ensureCoreVenv();
const chromium = await ensureChromium();
const postgres = await ensurePostgres();
await ensureSystemd();
await ensureShells();

progress('Running the tests');
// The integration project builds the bundle itself (test/support/build.ts), so that a bare `npx vitest` does too.
process.exitCode = await run('node', ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], {
  env: {
    OVOS_OAUTH_TEST_VENV: venv,
    OVOS_OAUTH_TEST_CORE_VENV: coreVenv,
    OVOS_OAUTH_CHROMIUM: chromium,
    OVOS_OAUTH_POSTGRES: postgres,
  },
});
