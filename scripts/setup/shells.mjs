import { findProgram } from './find-program.mjs';
import { isRoot, mustRun, progress } from './run.mjs';

/** The shells, besides bash, for which `ovos-oauth completion` makes a script. */
const SHELLS = ['zsh', 'fish'];

/** Installs the shells that the completion scripts are tried in, where they are missing. */
export async function ensureShells() {
  const missing = SHELLS.filter((shell) => findProgram(shell) === undefined);
  if (missing.length === 0) return;
  if (!isRoot() || findProgram('apt-get') === undefined) {
    throw new Error(
      `The tests need ${missing.join(' and ')}. On Debian: sudo apt-get install ${missing.join(' ')}`,
    );
  }
  progress(`Installing ${missing.join(' and ')}`);
  await mustRun('apt-get', ['update', '-q']);
  await mustRun('apt-get', ['install', '-q', '-y', ...missing], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}
