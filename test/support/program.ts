import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endChild } from './child.ts';

export type ProgramFile = 'ovos-oauth.mjs' | 'ovos-oauth-sandbox.mjs';

/** A program of `dist/` that a test runs. */
export interface RunningProgram {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves once it has written `text` to stdout; rejects when it ends without. */
  untilItSays(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Resolves to its exit code; null where a signal ended it. */
  readonly exit: Promise<number | null>;
  /** Makes sure that it is gone. */
  kill(): Promise<void>;
}

/** Runs a built program by itself: no bus, no waiting; see `startBroker` for one that serves. */
export function runProgram(
  file: ProgramFile,
  args: readonly string[],
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly cwd: string;
    /** What it finds on standard input, which ends then. */
    readonly input?: string;
  },
): RunningProgram {
  const program = fileURLToPath(new URL(`../../dist/${file}`, import.meta.url));
  const { input = '', ...place } = options;
  const child = spawn(process.execPath, [program, ...args], { ...place, stdio: ['pipe', 'pipe', 'pipe'] });
  // A program that ends without reading it is no failure.
  child.stdin.on('error', () => {}).end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const exit = once(child, 'close').then(() => child.exitCode);
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    untilItSays: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (stdout.includes(text)) resolve();
        };
        child.stdout.on('data', look);
        look();
        void exit.then(() => reject(new Error(`It ended without saying "${text}":\n${stdout}\n${stderr}`)));
      }),
    signal: (name) => void child.kill(name),
    exit,
    kill: () => endChild(child, 'SIGKILL'),
  };
}
