import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { OAuthBrokerError } from '../errors.ts';
import { type Log, logFailure } from '../log.ts';
import { HttpConnections } from './http-connections.ts';
import type { WebApp } from './env.ts';
import type { Listener } from './listener.ts';
import type { Progress } from './progress.ts';

export interface WebServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Address to bind; `::` is every interface, by IPv4 as well. */
  readonly host: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Its streams end when the server stops. */
  readonly progress: Progress;
}

/** Also of those that the kernel keeps until we take them: whom it turns away tries again after seconds only. */
const MOST_CONNECTIONS = 1024;
/** Milliseconds for a request's header, and for its body. */
const REQUEST_TIME = 10_000;
/** Milliseconds without a byte in either direction; a stream sends a sign of life more often. */
const SILENCE = 120_000;
/** Bytes of a request's header, the URL included. */
const LARGEST_HEADER = 16_384;
/** Milliseconds that `stop()` waits for answers: longer than a provider is waited for. */
const GRACE = 20_000;

/**
 * The app on a port. The app and the library that drives it are loaded at the first request: that takes 7 MiB, and a
 * device whose accounts are all connected may not be asked for weeks.
 */
export class WebServer {
  readonly #loadApp: () => WebApp | Promise<WebApp>;
  readonly #options: WebServerOptions;
  readonly #server: Server;
  readonly #connections: HttpConnections;
  readonly #answering = new Set<ServerResponse>();
  #listener: Promise<Listener> | undefined;
  #port: number;
  #stopped: Promise<void> | undefined;

  constructor(loadApp: () => WebApp | Promise<WebApp>, options: WebServerOptions) {
    this.#loadApp = loadApp;
    this.#options = options;
    this.#port = options.port;
    this.#connections = new HttpConnections(
      { most: MOST_CONNECTIONS, patience: REQUEST_TIME },
      options.clock,
    );
    this.#server = createServer(
      {
        maxHeaderSize: LARGEST_HEADER,
        headersTimeout: REQUEST_TIME,
        requestTimeout: 2 * REQUEST_TIME,
        // Node looks at its own time-outs in this interval, idle or not; `HttpConnections` is the one that is prompt.
        connectionsCheckingInterval: 60_000,
      },
      (incoming, outgoing) => {
        this.#watch(incoming, outgoing);
        void this.#answer(incoming, outgoing);
      },
    );
    this.#server.timeout = SILENCE;
    this.#server.on('connection', (socket) => this.#connections.opened(socket));
  }

  /** The port that is listened on; before `start()`, the one that was asked for. */
  get port(): number {
    return this.#port;
  }

  /**
   * Begins to listen. Where the system has no IPv6, `::` becomes `0.0.0.0`.
   *
   * @returns the port, which was the system's choice where 0 was asked for
   * @throws OAuthBrokerError `port_in_use`; whatever else the system has against the address as it comes
   */
  async start(): Promise<{ port: number }> {
    const { host, port } = this.#options;
    try {
      await this.#listen(host);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EADDRINUSE') throw new OAuthBrokerError('port_in_use', { port }, { cause: error });
      if (host !== '::' || (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL')) throw error;
      await this.#listen('0.0.0.0');
    }
    this.#server.on('error', () => this.#options.log.error('The web server failed', { code: 'internal' }));
    return { port: this.port };
  }

  /** Takes no more requests, answers those in hand, ends streams and closes. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const outgoing of this.#answering) outgoing.shouldKeepAlive = false;
    this.#options.progress.close();
    this.#connections.close();
    const cancel = this.#options.clock.after(GRACE, () => this.#server.closeAllConnections());
    await closed;
    cancel();
  }

  async #listen(host: string): Promise<void> {
    this.#server.listen({ port: this.#options.port, host, backlog: MOST_CONNECTIONS });
    await once(this.#server, 'listening');
    const address = this.#server.address();
    // Kept: every sign-in asks for it, and Node asks the kernel each time.
    if (address !== null && typeof address !== 'string') this.#port = address.port;
  }

  #watch(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { socket } = incoming;
    this.#connections.began(socket);
    this.#answering.add(outgoing);
    if (this.#stopped !== undefined) outgoing.shouldKeepAlive = false;
    const cancel = this.#options.clock.after(REQUEST_TIME, () => {
      if (!incoming.complete) socket.destroy();
    });
    outgoing.once('close', () => {
      cancel();
      this.#answering.delete(outgoing);
      this.#connections.ended(socket);
    });
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      this.#listener ??= this.#load();
      await (await this.#listener)(incoming, outgoing);
    } catch (error) {
      // Loaded at the first request, which may come in a bad moment; the next one tries again.
      this.#listener = undefined;
      logFailure(this.#options.log, 'A request could not be answered.', error);
      outgoing.writeHead(503).end();
    }
  }

  async #load(): Promise<Listener> {
    const { listenerOf } = await import('./listener.ts');
    return listenerOf(await this.#loadApp(), this.#options.log);
  }
}
