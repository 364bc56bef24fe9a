import { once } from 'node:events';
import { chmod, lstat, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Clock } from '../clock.ts';
import { type Log, logFailure } from '../log.ts';
import { makePrivateFolder } from '../private-folder.ts';
import type { ControlDeps } from './operation.ts';
import { socketPath } from './socket-path.ts';

export interface ControlServerOptions {
  /** Folder of the socket. */
  readonly runtimeDir: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly deps: ControlDeps;
}

const MOST_CONNECTIONS = 64;
/** Milliseconds for a request. */
const REQUEST_TIME = 10_000;
/**
 * Milliseconds that `stop()` waits for answers. What is at a provider then is brought to its end by the broker, which stops
 * after this: both together must stay below the time after which systemd kills.
 */
const GRACE = 5_000;

type Answer = (request: IncomingMessage, response: ServerResponse, signal: AbortSignal) => Promise<void>;

/**
 * Where the command line reaches the running broker: JSON over HTTP on a Unix socket that this user alone can open. The
 * operations, and what answers requests at all, are loaded when somebody first asks.
 */
export class ControlServer {
  readonly #options: ControlServerOptions;
  readonly #path: string;
  readonly #server: Server;
  readonly #stopping = new AbortController();
  readonly #answering = new Set<Promise<void>>();
  #answer: Promise<Answer> | undefined;
  #isAllowed: Promise<(socket: Socket) => boolean> | undefined;

  constructor(options: ControlServerOptions) {
    this.#options = options;
    this.#path = socketPath(options.runtimeDir);
    this.#server = createServer(
      {
        headersTimeout: REQUEST_TIME,
        requestTimeout: REQUEST_TIME,
        // Node looks at its time-outs in this interval, idle or not.
        connectionsCheckingInterval: 60_000,
      },
      (request, response) => this.#take(request, response),
    );
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /** Begins to listen. Never fails: without it the broker still does all that it is there for, and the log says why. */
  async start(): Promise<void> {
    const { log } = this.#options;
    try {
      await makePrivateFolder(dirname(this.#path));
      await removeStale(this.#path);
      this.#server.listen(this.#path);
      await once(this.#server, 'listening');
      // The folder is private already; this is for whoever opens it up.
      await chmod(this.#path, 0o600);
      this.#server.on('error', () => log.error('The control socket failed.', { path: this.#path }));
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'not private';
      log.error('There is no control socket: the command line cannot reach this broker.', {
        path: this.#path,
        reason,
      });
    }
  }

  /** Ends streams, answers what is in hand as far as that comes soon, and closes. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    let cancel = (): void => {};
    const isOver = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(GRACE, () => {
        this.#server.closeAllConnections();
        resolve();
      });
    });
    await Promise.race([Promise.allSettled(this.#answering), isOver]);
    this.#server.closeIdleConnections();
    await closed;
    cancel();
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    // A command asks once; without connections that linger there is nothing to wait for at the end.
    response.shouldKeepAlive = false;
    const answering: Promise<void> = this.#serve(request, response)
      .catch((error: unknown) => {
        logFailure(this.#options.log, 'A command could not be answered.', error);
        response.destroy();
      })
      .finally(() => this.#answering.delete(answering));
    this.#answering.add(answering);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { deps, log } = this.#options;
    this.#isAllowed ??= import('./peer.ts').then(({ loadPeerCheck }) => loadPeerCheck());
    const isAllowed = await this.#isAllowed;
    if (!isAllowed(request.socket)) {
      log.warn('Another user of this machine was turned away from the control socket.');
      response.writeHead(403).end();
      return;
    }
    this.#answer ??= import('./request-handler.ts').then(({ requestHandlerOf }) =>
      requestHandlerOf(deps, log),
    );
    await (await this.#answer)(request, response, AbortSignal.any([gone.signal, this.#stopping.signal]));
  }
}

/**
 * Removes the socket of a broker that has died. The store is locked for this process, so no other broker of this state
 * folder is alive; one of another state folder may be.
 *
 * @throws Error where somebody answers there, or where it is no socket of this user's
 */
async function removeStale(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return;
  if (!stats.isSocket() || stats.uid !== process.getuid?.()) throw fault('ENOTSOCK');
  const socket = connect(path);
  try {
    await once(socket, 'connect');
  } catch {
    await rm(path, { force: true });
    return;
  } finally {
    socket.destroy();
  }
  throw fault('EADDRINUSE');
}

function fault(code: string): Error {
  return Object.assign(new Error(code), { code });
}
