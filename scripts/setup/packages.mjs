import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, progress, ROOT } from './run.mjs';

/** Installs the npm packages of the lock file, unless exactly those are there already. */
export async function installPackages() {
  if (packagesAreInstalled()) return;
  progress('Installing npm packages');
  await mustRun('npm', ['ci', '--no-audit', '--no-fund']);
}

function packagesAreInstalled() {
  const wanted = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  // Optional packages are those of other platforms; npm leaves them out.
  return Object.entries(wanted).every(
    ([path, wantedPackage]) =>
      path === '' || wantedPackage.optional || installed[path]?.version === wantedPackage.version,
  );
}

function readPackages(lockFile) {
  try {
    return JSON.parse(readFileSync(join(ROOT, lockFile), 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}
