import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Terminal } from './cli/terminal.ts';

/** The terminal of this process. Questions go to standard error: standard output is for results. */
export const nodeTerminal: Terminal = {
  get isInteractive() {
    return process.stdin.isTTY && process.stderr.isTTY;
  },

  async ask(question, hidden) {
    // In terminal mode readline takes over the echo, and writes it nowhere here.
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface(
      hidden === undefined
        ? { input: process.stdin, output: process.stderr }
        : { input: process.stdin, output: nowhere, terminal: true },
    );
    try {
      // Not before the terminal has stopped its own echo: somebody may type at once.
      process.stderr.write(question);
      return await nextLine(lines);
    } finally {
      lines.close();
      if (hidden !== undefined) process.stderr.write('\n');
    }
  },

  async readLine() {
    const lines = createInterface({ input: process.stdin });
    try {
      return await nextLine(lines);
    } finally {
      lines.close();
    }
  },
};

/** An empty line where the input ends first. */
function nextLine(lines: Interface): Promise<string> {
  return new Promise((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(''));
    // Ctrl-C does not reach the process while readline holds the terminal.
    lines.once('SIGINT', () => {
      lines.close();
      process.kill(process.pid, 'SIGINT');
    });
  });
}
