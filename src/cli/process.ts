import type { Environment } from '../config/locations.ts';
import type { Daemon, DaemonOptions } from '../daemon.ts';
import type { Settings } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { ServiceHost } from '../service/host.ts';
import type { OfflineStore } from './offline-store.ts';
import type { Terminal } from './terminal.ts';

export interface Screen {
  /** Whether a person sees it at once. */
  readonly isTerminal: boolean;
  /** Characters in a line. */
  readonly columns: number;
}

/** What a command may know of the process it runs in; `node-process.ts` gives it. */
export interface CommandProcess {
  readonly env: Environment;
  /** What standard output leads to. */
  readonly screen: Screen;
  print(text: string): void;
  printError(text: string): void;
  /** Calls `listener` for SIGTERM, SIGINT and SIGHUP, every time. */
  onSignal(listener: (signal: string) => void): void;
  /** Calls `listener` for an exception or rejection that nobody caught. */
  onUncaught(listener: (thrown: unknown) => void): void;
  terminal(): Promise<Terminal>;
  /** This device's store, not opened yet. */
  createStore(settings: Settings, log: Log): Promise<OfflineStore>;
  /** This machine, as a place to install the service. */
  serviceHost(): Promise<ServiceHost>;
  createDaemon(settings: Settings, options: DaemonOptions): Promise<Daemon>;
}
