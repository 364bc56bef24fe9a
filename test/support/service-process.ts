import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { isJsonObject } from '../../src/json.ts';
import { endChild } from './child.ts';

const START_LIMIT = 30_000;

export interface ServiceCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The bus on which the service says `oauth.ping` once it is there. */
  readonly busUrl: string;
  readonly httpPort: number;
}

/** An OAuth service as a process of its own: ours or the Python plugin. */
export interface ServiceProcess {
  readonly httpPort: number;
  readonly pid: number;
  /** Everything it wrote to stdout and stderr, over all its starts. */
  readonly output: () => string;
  /** Ends it as systemd would (SIGTERM); resolves to the exit code, null where a signal ended it. */
  stop(): Promise<number | null>;
  /** SIGKILL: nothing is tidied up. */
  kill(): Promise<void>;
  /** After `stop` or `kill`: the same service again, announced and answering when this resolves. */
  start(): Promise<void>;
}

/** Starts a service; it has said `oauth.ping` and answers on its HTTP port when this resolves. */
export async function startService(settings: ServiceCommand): Promise<ServiceProcess> {
  let output = '';
  const launch = async (): Promise<ReturnType<typeof spawn>> => {
    const announced = await waitForPing(settings.busUrl);
    const child = spawn(settings.command, settings.args, {
      cwd: settings.cwd,
      env: settings.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    }
    const died = once(child, 'exit').then(() => 'it ended');
    const failure = await Promise.race([
      announced.ping.then(() => untilListening(settings.httpPort)),
      died,
      sleep(START_LIMIT, 'it took too long', { ref: false }),
    ]);
    await announced.close();
    if (failure !== undefined) {
      await endChild(child, 'SIGKILL');
      throw new Error(`${settings.command} ${settings.args.join(' ')} did not start, ${failure}:\n${output}`);
    }
    return child;
  };

  let child = await launch();
  return {
    httpPort: settings.httpPort,
    get pid() {
      return child.pid ?? 0;
    },
    output: () => output,
    async stop() {
      await endChild(child);
      return child.exitCode;
    },
    kill: () => endChild(child, 'SIGKILL'),
    async start() {
      child = await launch();
    },
  };
}

/** Listens on the bus before the service starts, so that its first word is not missed. */
async function waitForPing(busUrl: string): Promise<{ ping: Promise<void>; close(): Promise<void> }> {
  const socket = new WebSocket(busUrl);
  await once(socket, 'open');
  const ping = new Promise<void>((resolve) => {
    socket.on('message', (frame: Buffer) => {
      if (typeOf(frame.toString('utf8')) === 'oauth.ping') resolve();
    });
  });
  return {
    ping,
    // By a handshake: while the bus has a client that is gone without a word, it gives up in the middle of a broadcast.
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

function typeOf(frame: string): unknown {
  try {
    const message: unknown = JSON.parse(frame);
    return isJsonObject(message) ? message['type'] : undefined;
  } catch {
    return undefined;
  }
}

/** Flask listens only after the plugin has said `oauth.ping`. */
async function untilListening(port: number): Promise<undefined> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return undefined;
    } catch {
      await sleep(25);
    } finally {
      socket.destroy();
    }
  }
}
