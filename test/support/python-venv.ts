import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** Folder of the virtual environment that holds the real OVOS peers (`test/support/requirements.txt`). */
export function pythonVenv(): string {
  const folder = process.env['OVOS_OAUTH_TEST_VENV'] ?? join(REPOSITORY, '.cache', 'venv');
  if (!existsSync(join(folder, 'bin', 'python'))) {
    throw new Error(`No Python peers in ${folder}: run "npm test" once, it installs them.`);
  }
  return folder;
}

/** Absolute path of that environment's Python. */
export function venvPython(): string {
  return join(pythonVenv(), 'bin', 'python');
}

/** Absolute path of a Python script in `test/support/`. */
export function supportScript(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
