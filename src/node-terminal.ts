import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Terminal, Typing } from './cli/terminal.ts';

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

  listen: (question) => listenFor(question),
};

function listenFor(question: string): Typing {
  const { isInteractive } = nodeTerminal;
  const lines = createInterface(
    isInteractive ? { input: process.stdin, output: process.stderr } : { input: process.stdin },
  );
  let isOpen = true;
  lines.once('close', () => (isOpen = false));
  // As in `nextLine`.
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const prompt = (): void => {
    if (isInteractive && isOpen) lines.prompt(true);
  };
  lines.setPrompt(question);
  prompt();
  return {
    lines: typedLines(lines, prompt),
    interrupt(print) {
      if (isInteractive && isOpen) {
        cursorTo(process.stderr, 0);
        clearLine(process.stderr, 0);
      }
      print();
      prompt();
    },
    close() {
      if (isInteractive && isOpen) {
        cursorTo(process.stderr, 0);
        clearLine(process.stderr, 0);
      }
      lines.close();
      // Nothing else may keep the process waiting for input.
      process.stdin.pause();
    },
  };
}

async function* typedLines(lines: Interface, prompt: () => void): AsyncGenerator<string, void> {
  for await (const line of lines) {
    yield line;
    prompt();
  }
}

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
