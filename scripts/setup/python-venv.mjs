import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './find-program.mjs';
import { isRoot, mustRun, progress, ROOT, run } from './run.mjs';

/**
 * The folder of a Python virtual environment with the real OVOS peers; made anew when the list of them changes.
 * `OVOS_OAUTH_TEST_VENV` names another one, which is then used as it is.
 */
export function ensurePythonVenv() {
  return ensureVenv('venv', 'requirements.txt', process.env.OVOS_OAUTH_TEST_VENV);
}

/** The same with a real ovos-core; `OVOS_OAUTH_TEST_CORE_VENV` names another one. */
export function ensureCoreVenv() {
  return ensureVenv('venv-core', 'requirements-core.txt', process.env.OVOS_OAUTH_TEST_CORE_VENV);
}

async function ensureVenv(name, list, other) {
  if (other) return other;
  const requirements = join(ROOT, 'test/support', list);
  const venv = join(ROOT, '.cache', name);
  const stamp = join(venv, 'requirements.sha256');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return venv;

  progress(`Making a Python virtual environment of ${list} (a few minutes, once)`);
  rmSync(venv, { recursive: true, force: true });
  await makeVenv(venv);
  await mustRun(join(venv, 'bin/pip'), [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-input',
    '-r',
    requirements,
  ]);
  writeFileSync(stamp, wanted);
  return venv;
}

async function makeVenv(venv) {
  const python = findProgram('python3');
  if (python === undefined) throw new Error('The tests need Python 3; there is no python3 on the PATH.');
  if ((await run(python, ['-m', 'venv', venv])) === 0) return;
  // Debian packs the venv module by itself.
  if (!isRoot() || findProgram('apt-get') === undefined) {
    throw new Error('python3 -m venv does not work. On Debian: sudo apt-get install python3-venv');
  }
  rmSync(venv, { recursive: true, force: true });
  await mustRun('apt-get', ['update', '-q']);
  await mustRun('apt-get', ['install', '-q', '-y', 'python3-venv'], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
  await mustRun(python, ['-m', 'venv', venv]);
}
