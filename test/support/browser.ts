import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { findChromium } from '../../scripts/setup/chromium.mjs';

/** A browser of its own: no cookie, cache or history is shared with another. */
export interface TestBrowser {
  readonly context: BrowserContext;
  /** Ends the browser and removes its profile. */
  close(): Promise<void>;
}

export interface BrowserOptions {
  /** Default true. */
  readonly javaScriptEnabled?: boolean;
}

/**
 * Starts a headless Chromium with an empty profile. Throws where there is none: a test must not skip for that.
 *
 * @param args further flags, such as `--host-resolver-rules` for names that only the test knows
 */
export async function launchBrowser(
  args: readonly string[] = [],
  options: BrowserOptions = {},
): Promise<TestBrowser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error('No Chromium was found; `npm test` installs one.');
  }
  const profile = await mkdtemp(join(tmpdir(), 'ovos-oauth-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    ...options,
    // Chromium's sandbox refuses to start as root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
