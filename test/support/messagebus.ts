import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { endChild, tailOf } from './child.ts';
import { freePort } from './free-port.ts';
import { createOvosHome, type OvosHome } from './ovos-home.ts';
import { supportScript, venvPython } from './python-venv.ts';

const START_LIMIT = 30_000;
const ROUTE = '/core';

export interface MessageBusOptions {
  /** Where the bus's own home is made; default: the system's temporary folder. */
  readonly dir?: string;
  /** Sets TCP_NODELAY on the bus's connections. */
  readonly nodelay?: boolean;
  /** More of mycroft.conf; members of `websocket` are added to the bus's address. */
  readonly config?: { readonly websocket?: object; readonly [key: string]: unknown };
}

/** A real ovos-messagebus process, with a home (configuration, XDG folders) that Python peers can share. */
export interface MessageBus {
  readonly host: string;
  readonly port: number;
  readonly route: string;
  readonly url: string;
  readonly home: OvosHome;
  /** Environment for Python peers and for our daemon: its mycroft.conf points at this bus. */
  readonly env: NodeJS.ProcessEnv;
  /** What is in mycroft.conf, to write it again with more members (`home.writeConfig`). */
  readonly config: { readonly websocket: object; readonly [key: string]: unknown };
  readonly pid: number;
  /** Ends the process for good and removes its home. */
  stop(): Promise<void>;
  /** SIGKILL: connections break without a close frame. `start` brings it back. */
  kill(): Promise<void>;
  /** SIGTERM. `start` brings it back. */
  shutDown(): Promise<void>;
  /** After `kill` or `shutDown`: the same bus on the same port, answering when this resolves. */
  start(): Promise<void>;
}

/** Starts an ovos-messagebus on a free port of the loopback; it answers when this resolves. */
export async function startMessageBus(options: MessageBusOptions = {}): Promise<MessageBus> {
  const host = '127.0.0.1';
  const python = venvPython();
  const port = await freePort(host);
  const config = { ...options.config, websocket: { host, port, route: ROUTE, ...options.config?.websocket } };
  const home = await createOvosHome({ ...(options.dir && { parent: options.dir }), config });
  const url = `ws://${host}:${port}${ROUTE}`;
  const script = options.nodelay ? [supportScript('messagebus_nodelay.py')] : ['-m', 'ovos_messagebus'];
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const started = spawn(python, script, {
      cwd: home.dir,
      env: home.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    const tail = tailOf(started, ['stdout', 'stderr']);
    const limit = Date.now() + START_LIMIT;
    while (!(await answers(url))) {
      if (started.exitCode !== null || Date.now() > limit) {
        await endChild(started, 'SIGKILL');
        throw new Error(`ovos-messagebus did not start on port ${port}:\n${tail()}`);
      }
      await sleep(25);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child !== undefined) await endChild(child, signal);
  };

  await start().catch(async (error: unknown) => {
    await home.remove();
    throw error;
  });
  return {
    host,
    port,
    route: ROUTE,
    url,
    home,
    env: home.env,
    config,
    get pid() {
      return child?.pid ?? 0;
    },
    start,
    kill: () => end('SIGKILL'),
    shutDown: () => end('SIGTERM'),
    async stop() {
      await end('SIGTERM');
      await home.remove();
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const socket = new WebSocket(url, { handshakeTimeout: 5000 });
  try {
    await once(socket, 'open');
    return true;
  } catch {
    return false;
  } finally {
    socket.terminate();
  }
}
