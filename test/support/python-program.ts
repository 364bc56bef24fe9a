import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { endChild, tailOf } from './child.ts';
import { venvPython } from './python-venv.ts';

const LINE_LIMIT = 30_000;

/** A Python program in a process of its own, followed by what it prints. */
export interface PythonProgram {
  /** The first line that matches, printed already or to come. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves to the exit code when it has ended by itself. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** @param script absolute path */
export function startPythonProgram(
  script: string,
  options: { readonly args?: readonly string[]; readonly env: NodeJS.ProcessEnv },
): PythonProgram {
  const child = spawn(venvPython(), [script, ...(options.args ?? [])], {
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tail = tailOf(child, ['stdout', 'stderr']);
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const ended = once(child, 'close').then(() => child.exitCode);
  return {
    ended,
    stop: () => endChild(child),
    async line(pattern) {
      const signal = AbortSignal.timeout(LINE_LIMIT);
      for (;;) {
        const match = lines.map((line) => pattern.exec(line)).find((found) => found !== null);
        if (match) return match;
        const next = await Promise.race([
          once(reader, 'line', { signal }).then(
            () => 'line',
            () => 'time-out',
          ),
          ended.then(() => 'end'),
        ]);
        if (next !== 'line')
          throw new Error(`${script}: ${String(pattern)} was not printed (${next}):\n${tail()}`);
      }
    },
  };
}
