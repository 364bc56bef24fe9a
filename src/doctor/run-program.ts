import { execFile } from 'node:child_process';

/** Milliseconds. */
const PATIENCE = 3_000;

/** How a program ended; undefined where there is none of that name, or it took too long. */
export type RunProgram = (
  command: string,
  args: readonly string[],
) => Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string } | undefined>;

/**
 * Looks where system programs are, too: a user's PATH often lacks `sbin`. They run in `/`: Python takes modules from the
 * folder that it is started in, which may be anybody's.
 */
export function programRunner(env: NodeJS.ProcessEnv): RunProgram {
  const path = `${env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  return (command, args) =>
    new Promise((resolve) => {
      execFile(
        command,
        [...args],
        {
          cwd: '/',
          env: { ...env, PATH: path, LC_ALL: 'C' },
          timeout: PATIENCE,
          maxBuffer: 16 * 1024 * 1024,
        },
        (error, stdout, stderr) => {
          const status = error === null ? 0 : error.code;
          resolve(typeof status === 'number' ? { status, stdout, stderr } : undefined);
        },
      );
    });
}
