import { isatty } from 'node:tty';
import type { CommandProcess } from './cli/process.ts';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** From the person at the terminal, or from standard input. */
async function askPassphrase(): Promise<string> {
  const { nodeTerminal } = await import('./node-terminal.ts');
  return nodeTerminal.isInteractive
    ? nodeTerminal.ask('Passphrase of the store: ', 'hidden')
    : nodeTerminal.readLine();
}

/** The process that this program runs in, for the commands. */
export const nodeProcess: CommandProcess = {
  env: process.env,
  screen: {
    get isTerminal() {
      return isatty(1);
    },
    get columns() {
      return process.stdout.columns ?? 100;
    },
  },
  print: (text) => void process.stdout.write(`${text}\n`),
  printError: (text) => void process.stderr.write(`${text}\n`),
  onSignal(listener) {
    for (const signal of SIGNALS) process.on(signal, listener);
  },
  onUncaught(listener) {
    process.on('uncaughtException', listener);
    process.on('unhandledRejection', listener);
  },
  async terminal() {
    const { nodeTerminal } = await import('./node-terminal.ts');
    return nodeTerminal;
  },
  async createStore(settings, log) {
    const [{ createDeviceStore }, { systemClock }, { openNodeFiles }] = await Promise.all([
      import('./device-store.ts'),
      import('./clock.ts'),
      import('./store/node-files.ts'),
    ]);
    const { http, store: common } = settings;
    const files = await openNodeFiles();
    if (common !== undefined) {
      const { createFleetStore } = await import('./fleet-store.ts');
      const store = await createFleetStore({ ...settings, store: common }, { log, env: process.env });
      return { store, files };
    }
    const deps = { clock: systemClock, log, port: () => http.port, askPassphrase };
    const store = createDeviceStore(settings, deps);
    return { store, files };
  },
  async serviceHost() {
    const { nodeServiceHost } = await import('./service/node-host.ts');
    return nodeServiceHost(process.env);
  },
  async createDaemon(settings, options) {
    // Loaded here, so that `--help` and the like do not wait for it.
    const { createDaemon } = await import('./daemon.ts');
    const { store } = settings;
    if (store === undefined) return createDaemon(settings, { askPassphrase, ...options });
    const { createFleetStore } = await import('./fleet-store.ts');
    const fleet = await createFleetStore({ ...settings, store }, { ...options, env: process.env });
    return createDaemon(settings, { ...options, store: fleet });
  },
};
