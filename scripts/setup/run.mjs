import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Root of the checkout, with a trailing slash. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Prints one line of progress. */
export function progress(line) {
  process.stdout.write(`▸ ${line}\n`);
}

/**
 * Runs a program in the checkout with its output shown.
 * Resolves with its exit code, or 128 + 15 where a signal ended it; rejects where it can't be started.
 */
export function run(program, args, { env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 143));
  });
}

/** As {@link run}, but throws where the program fails. */
export async function mustRun(program, args, options) {
  const code = await run(program, args, options);
  if (code !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with exit code ${code}.`);
  }
}

export function isRoot() {
  return process.getuid?.() === 0;
}
