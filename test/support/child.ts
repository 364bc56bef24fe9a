import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';

const KEPT_OUTPUT = 4000;

/** Collects the last output of a child, for the message of the error that is thrown when it fails. */
export function tailOf(child: ChildProcess, streams: readonly ('stdout' | 'stderr')[]): () => string {
  let text = '';
  for (const stream of streams) {
    child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-KEPT_OUTPUT);
    });
  }
  return () => text;
}

/** Ends a child that a test started and waits until it is gone. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const giveUp = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(giveUp);
}
