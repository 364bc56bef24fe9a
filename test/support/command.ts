import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endChild } from './child.ts';
import { runProgram } from './program.ts';
import { supportScript, venvPython } from './python-venv.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/ovos-oauth.mjs', import.meta.url));

export interface CommandEnd {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `ovos-oauth` to its end, with `input` on its standard input and no terminal. */
export async function runCommandLine(
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  input = '',
): Promise<CommandEnd> {
  const program = runProgram('ovos-oauth.mjs', args, { env, cwd: env['HOME'] ?? '/', input });
  const exit = await program.exit;
  return { exit, stdout: program.stdout(), stderr: program.stderr() };
}

/** `ovos-oauth` in a terminal, with a person who reads and types. */
export interface LiveTerminal {
  /** Everything that came to the screen, escape sequences and all. */
  readonly screen: () => string;
  /** Resolves once `text` is on the screen, behind what `after` characters hold; rejects when the program ends without. */
  untilItShows(text: string, after?: number): Promise<void>;
  type(text: string): void;
  readonly exit: Promise<number | null>;
  /** Process id of the program that runs the terminal. */
  readonly pid: number;
  kill(): Promise<void>;
}

/** Starts `ovos-oauth` in a terminal of its own. */
export function startInTerminal(env: NodeJS.ProcessEnv, args: readonly string[]): LiveTerminal {
  const child: ChildProcess = spawn(
    venvPython(),
    [supportScript('python/live_terminal.py'), process.execPath, PROGRAM, ...args],
    { env: { TERM: 'xterm-256color', ...env }, cwd: env['HOME'] ?? '/', stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let screen = '';
  child.stdin?.on('error', () => {});
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (screen += part));
  const exit = once(child, 'close').then(() => child.exitCode);
  return {
    screen: () => screen,
    untilItShows: (text, after = 0) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (screen.slice(after).includes(text)) resolve();
        };
        child.stdout?.on('data', look);
        look();
        void exit.then(() => reject(new Error(`It ended without showing "${text}":\n${screen}`)));
      }),
    type: (text) => void child.stdin?.write(text),
    exit,
    pid: child.pid ?? 0,
    kill: () => endChild(child, 'SIGKILL'),
  };
}
