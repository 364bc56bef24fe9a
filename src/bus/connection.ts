import { type ClientOptions, WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { ReconnectDelays } from './reconnect-delays.ts';

export interface ConnectionOptions {
  readonly url: string;
  /** Certificates to trust instead of Node's own list, in PEM. */
  readonly ca: string | undefined;
  readonly maxMessageBytes: number;
  readonly clock: Pick<Clock, 'after' | 'monotonic'>;
  readonly log: Log;
  /** Evenly spread over [0, 1). */
  readonly random: () => number;
}

/** What a connection tells its owner. None of these may throw. */
export interface ConnectionListener {
  opened(): void;
  /** An open connection was lost or closed. */
  closed(): void;
  received(frame: Buffer): void;
  /** A bus that had stopped reading has read all it was sent. */
  drained(): void;
}

type State =
  | { readonly status: 'idle' }
  | { readonly status: 'waiting'; readonly cancel: () => void }
  | { readonly status: 'connecting' | 'open'; readonly socket: WebSocket }
  | { readonly status: 'stopping'; readonly stopped: Promise<void> };

// Milliseconds.
const HANDSHAKE_LIMIT = 10_000;
const CLOSE_LIMIT = 1_000;
// Finds a bus that vanished with its machine; the kernel asks, so no timer of ours runs.
const KEEP_ALIVE = 30_000;
const REFUSED_AGAIN_WITHIN = 1_000;
// More than the longest back-off and the handshake after it take together.
const LONGEST_ABSENCE_OF_TRIES = 120_000;

const NORMAL_CLOSURE = 1000;
const INVALID_PAYLOAD = 1007;
const TOO_BIG = 1009;
// A bus that leaves more than this in our socket is as good as away.
const MOST_IN_FLIGHT = 1024 * 1024;

/** A WebSocket to the bus that comes back, for ever, after every loss. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #listener: ConnectionListener;
  readonly #delays: ReconnectDelays;
  #state: State = { status: 'idle' };
  #refusedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #isAwayLogged = false;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.#options = options;
    this.#listener = listener;
    this.#delays = new ReconnectDelays(options.random);
  }

  get isOpen(): boolean {
    return this.#state.status === 'open' && this.#state.socket.readyState === WebSocket.OPEN;
  }

  /** Open, and the bus reads what it is sent. */
  get isReady(): boolean {
    return this.isOpen && this.#state.status === 'open' && this.#state.socket.bufferedAmount < MOST_IN_FLIGHT;
  }

  /** Open, or still trying to be: false is a fault of this program, not an absence of the bus. */
  get isAlive(): boolean {
    return this.isOpen || this.#options.clock.monotonic() - this.#triedAt < LONGEST_ABSENCE_OF_TRIES;
  }

  start(): void {
    if (this.#state.status === 'idle') this.#connect();
  }

  /** Closes with a handshake, after what was sent before; resolves within about a second. */
  async stop(): Promise<void> {
    const state = this.#state;
    if (state.status === 'waiting') state.cancel();
    if (state.status === 'connecting' || state.status === 'open') {
      const { socket } = state;
      const stopped = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      this.#state = { status: 'stopping', stopped };
      if (state.status === 'open') socket.close(NORMAL_CLOSURE);
      else socket.terminate();
      await stopped;
    }
    if (state.status === 'stopping') await state.stopped;
    this.#state = { status: 'idle' };
  }

  /** Hands a text frame to the socket; only while {@link isOpen}. */
  send(text: string): void {
    // As bytes, which ws masks and sends in one piece: of a string it makes two, and the socket writes each.
    if (this.#state.status === 'open') this.#state.socket.send(Buffer.from(text), { binary: false });
  }

  #connect(): void {
    this.#triedAt = this.#options.clock.monotonic();
    const socket = new WebSocket(this.#options.url, socketOptions(this.#options));
    this.#state = { status: 'connecting', socket };
    let isRefused = false;
    socket.on('upgrade', (response) => {
      response.socket.setKeepAlive(true, KEEP_ALIVE);
      response.socket.on('drain', () => this.#listener.drained());
    });
    socket.on('open', () => this.#opened(socket));
    socket.on('message', (data) => {
      if (Buffer.isBuffer(data)) this.#listener.received(data);
    });
    // 'close' follows every 'error'.
    socket.on('error', (error) => {
      isRefused ||= 'code' in error && String(error.code).startsWith('WS_ERR_');
    });
    socket.on('close', (status) => {
      this.#closed(status, isRefused || status === INVALID_PAYLOAD || status === TOO_BIG);
    });
  }

  #opened(socket: WebSocket): void {
    if (this.#state.status !== 'connecting') return;
    this.#state = { status: 'open', socket };
    this.#delays.reset();
    this.#isAwayLogged = false;
    this.#listener.opened();
  }

  /** @param isRefused one frame closed the connection, not the end of the bus */
  #closed(status: number, isRefused: boolean): void {
    const wasOpen = this.#state.status === 'open';
    this.#triedAt = this.#options.clock.monotonic();
    if (this.#state.status !== 'stopping') {
      const delay = isRefused && this.#isFirstRefusal() ? 0 : this.#delays.next();
      const cancel = this.#options.clock.after(delay, () => this.#connect());
      this.#state = { status: 'waiting', cancel };
      this.#logAway(status, delay);
    }
    if (wasOpen) this.#listener.closed();
  }

  // Whoever sends such frames without a pause must not make this client spin.
  #isFirstRefusal(): boolean {
    const now = this.#options.clock.monotonic();
    const isFirst = now - this.#refusedAt >= REFUSED_AGAIN_WITHIN;
    this.#refusedAt = now;
    return isFirst;
  }

  #logAway(status: number, delayMs: number): void {
    const { log } = this.#options;
    const fields = { status, delayMs: Math.round(delayMs) };
    if (this.#isAwayLogged) log.debug('The message bus is still away.', fields);
    else log.warn('No connection to the message bus; trying again until there is one.', fields);
    this.#isAwayLogged = true;
  }
}

function socketOptions({ ca, maxMessageBytes }: ConnectionOptions): ClientOptions {
  // A constant first, for `closeTimeout`, which @types/ws does not know yet.
  const options = {
    handshakeTimeout: HANDSHAKE_LIMIT,
    closeTimeout: CLOSE_LIMIT,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    // Any client can make the bus relay invalid UTF-8; the reader drops that frame, which beats losing the connection.
    skipUTF8Validation: true,
    ...(ca !== undefined && { ca }),
  };
  return options;
}
