import { findProgram } from './find-program.mjs';
import { isRoot, mustRun, progress } from './run.mjs';

/** systemd's own tools judge our units in the tests. They need not be run by systemd for that. */
export async function ensureSystemd() {
  if (findProgram('systemctl') !== undefined && findProgram('systemd-analyze') !== undefined) return;
  if (!isRoot() || findProgram('apt-get') === undefined) {
    throw new Error('The tests need systemctl and systemd-analyze. On Debian: sudo apt-get install systemd');
  }
  progress('Installing the tools of systemd');
  await mustRun('apt-get', ['update', '-q']);
  await mustRun('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'systemd'], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}
