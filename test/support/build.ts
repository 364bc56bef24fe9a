import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url));

/** Vitest's global set-up: builds `dist/` once, so that the tests run what is released. */
export default async function build(): Promise<void> {
  if (process.env['OVOS_OAUTH_TEST_PREBUILT'] === '1') return;
  try {
    await promisify(execFile)(process.execPath, [SCRIPT]);
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new Error(`The build failed:\n${output}`, { cause: error });
  }
}
