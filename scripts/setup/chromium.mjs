import { createRequire } from 'node:module';
import { findProgram, isExecutable } from './find-program.mjs';
import { isRoot, mustRun, progress } from './run.mjs';

/** The path of a Chromium: `OVOS_OAUTH_CHROMIUM`, the system's, or playwright's download; undefined where there is none. */
export function findChromium() {
  return (
    process.env.OVOS_OAUTH_CHROMIUM ||
    findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ||
    downloadedChromium()
  );
}

/** As {@link findChromium}, but installs one first where there is none: Debian's package when root, else playwright's. */
export async function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  progress('Installing Chromium');
  if (isRoot() && findProgram('apt-get') !== undefined) {
    await mustRun('apt-get', ['update', '-q']);
    await mustRun('apt-get', ['install', '-q', '-y', 'chromium'], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  } else {
    await mustRun('npx', ['playwright-core', 'install', 'chromium']);
  }
  const installed = findChromium();
  if (installed === undefined) throw new Error('The tests need Chromium, and installing it gave none.');
  return installed;
}

function downloadedChromium() {
  // Loaded late: it is a package, and there may be none yet.
  const { chromium } = createRequire(import.meta.url)('playwright-core');
  const path = chromium.executablePath();
  return isExecutable(path) ? path : undefined;
}
