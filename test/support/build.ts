import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url));

/** Vitest's global set-up: builds `dist/` once, so that the tests run what is released. */
export default async function build(): Promise<void> {
  if (process.env['OVOS_OAUTH_TEST_PREBUILT'] === '1') return;
  await promisify(execFile)(process.execPath, [SCRIPT]);
}
