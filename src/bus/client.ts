import { type Clock, systemClock } from '../clock.ts';
import { asBrokerError } from '../errors.ts';
import type { Log } from '../log.ts';
import { Connection } from './connection.ts';
import { FrameCipher } from './encryption.ts';
import { type FrameReaderOptions, type MalformedReason, readFrame, writeFrame } from './frame.ts';
import { Message } from './message.ts';
import { OutboundQueue, type QueuedFrame } from './outbound-queue.ts';
import { initialSession, updatedSession } from './session.ts';
import { BUS_DEFAULTS, type BusSettings, busUrl } from './settings.ts';
import { type BusStats, MALFORMED_SENTENCES, noStats } from './stats.ts';
import { type MessageHandler, Subscriptions } from './subscriptions.ts';

export interface BusClientDeps {
  /** Default: the system's, with timers that keep the process alive. */
  readonly clock?: Pick<Clock, 'after' | 'monotonic'>;
  /** Default: nothing is logged. */
  readonly log?: Log;
  /** Evenly spread over [0, 1), for the back-off. Default Math.random. */
  readonly random?: () => number;
}

export interface WaitOptions {
  /** Default: the message's type with `.response`. */
  readonly replyType?: string;
  /** Milliseconds, default 3000. */
  readonly timeout?: number;
}

const WAIT_LIMIT = 3_000;

const awakeClock: Pick<Clock, 'after' | 'monotonic'> = {
  monotonic: () => systemClock.monotonic(),
  after(delay, task) {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
  },
};

const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A client of the OVOS message bus, in the place of `ovos_bus_client.MessageBusClient`.
 * The bus sends every message to every client, so a client also hears its own.
 */
export class BusClient {
  readonly #log: Log;
  readonly #clock: Pick<Clock, 'after' | 'monotonic'>;
  readonly #connection: Connection;
  readonly #cipher: FrameCipher | undefined;
  readonly #reader: FrameReaderOptions;
  readonly #maxBytes: number;
  readonly #queue: OutboundQueue;
  readonly #stats = noStats();
  readonly #subscriptions = new Subscriptions();
  readonly #openListeners = new Set<() => void>();
  readonly #closeListeners = new Set<() => void>();
  readonly #endOfWaits = new Set<() => void>();
  #session: string;

  /** @throws OAuthBrokerError `config_invalid` for an impossible address or a key of the wrong length */
  constructor(settings: BusSettings = {}, deps: BusClientDeps = {}) {
    const { host, port, maxMessageBytes, queue } = { ...BUS_DEFAULTS, ...settings };
    this.#log = deps.log ?? silentLog;
    this.#clock = deps.clock ?? awakeClock;
    this.#cipher = settings.secretKey === undefined ? undefined : new FrameCipher(settings.secretKey);
    this.#reader = {
      cipher: this.#cipher,
      allowUnencrypted: settings.allowUnencrypted ?? false,
      wants: (type) => this.#subscriptions.has(type),
    };
    this.#maxBytes = maxMessageBytes;
    this.#queue = new OutboundQueue(queue);
    this.#session = initialSession(settings.lang);
    this.#connection = new Connection(
      {
        url: busUrl(settings),
        ca: settings.ca,
        maxMessageBytes,
        clock: this.#clock,
        log: this.#log,
        random: deps.random ?? Math.random,
      },
      {
        opened: () => {
          this.#log.info('Connected to the message bus.', { host, port });
          this.#opened();
        },
        closed: () => this.#callAll(this.#closeListeners),
        received: (frame) => this.#received(frame),
        drained: () => this.#flush(),
      },
    );
    this.on('ovos.session.update_default', ({ data }) => {
      this.#session = updatedSession(data) ?? this.#session;
    });
  }

  get stats(): BusStats {
    return this.#stats;
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /** Whether it is connected or still trying to be, as it does for ever: false is a fault of this program. */
  get isAlive(): boolean {
    return this.#connection.isAlive;
  }

  /** Connects, and again whenever the connection is lost. */
  start(): void {
    this.#connection.start();
  }

  /** Sends what can be sent, closes the connection and ends every wait; resolves within about a second. */
  async stop(): Promise<void> {
    for (const end of this.#endOfWaits) end();
    if (this.#connection.isOpen) this.#queue.drain((frame) => this.#send(frame));
    await this.#connection.stop();
    this.#giveUp(this.#queue.clear(), 'Dropped a message: stopped before the bus was back.');
  }

  /**
   * Sends a message; a context without `session` gets this client's. While there is no connection it waits in a bounded
   * queue, in order; when that is full the oldest is dropped, counted and logged by its type. What was given to a
   * connection that then breaks may be lost: the bus acknowledges nothing.
   * @throws TypeError or RangeError when the data cannot be serialised (a cycle, a BigInt, nested too deep)
   */
  emit(message: Message): void {
    const frame = this.#frameOf(message);
    // No UTF-16 unit takes more than three bytes of UTF-8, so most frames need not be measured.
    if (frame.text.length * 3 > this.#maxBytes && Buffer.byteLength(frame.text) > this.#maxBytes) {
      this.#giveUp([frame], 'Dropped a message that is too long for the bus.');
      return;
    }
    if (this.#queue.length === 0 && this.#connection.isReady) this.#send(frame);
    else this.#giveUp(this.#queue.push(frame), 'Dropped the oldest message: too many wait for the bus.');
  }

  /** Calls `handler` with every message of exactly this type, in order of arrival; the returned function ends that. */
  on(type: string, handler: MessageHandler): () => void {
    return this.#subscriptions.add(type, handler);
  }

  /** Calls `listener` after every connect, once what waited has been sent; the returned function ends that. */
  onOpen(listener: () => void): () => void {
    this.#openListeners.add(listener);
    return () => this.#openListeners.delete(listener);
  }

  /** Calls `listener` whenever an open connection is lost or closed; the returned function ends that. */
  onClose(listener: () => void): () => void {
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  /**
   * Emits a message and waits for the first message of the reply type, as `MessageBusClient.wait_for_response` does.
   * Undefined when none came in time, and at `stop`.
   */
  async waitForResponse(message: Message, options: WaitOptions = {}): Promise<Message | undefined> {
    const { replyType = `${message.type}.response`, timeout = WAIT_LIMIT } = options;
    this.emit(message);
    return new Promise((resolve) => {
      const settle = (answer: Message | undefined): void => {
        cancelTimer();
        unsubscribe();
        this.#endOfWaits.delete(end);
        resolve(answer);
      };
      const end = (): void => settle(undefined);
      const unsubscribe = this.on(replyType, settle);
      const cancelTimer = this.#clock.after(timeout, end);
      this.#endOfWaits.add(end);
    });
  }

  #opened(): void {
    this.#stats.connections += 1;
    // As Python does: who keeps the default session answers with ovos.session.update_default.
    this.#send(this.#frameOf(new Message('ovos.session.sync')));
    this.#flush();
    this.#callAll(this.#openListeners);
  }

  #received(bytes: Buffer): void {
    this.#stats.received += 1;
    const frame = readFrame(bytes, this.#reader);
    if (frame.status === 'unwanted') this.#stats.unwanted += 1;
    else if (frame.status === 'malformed') this.#countMalformed(frame.reason);
    else this.#deliver(frame.message);
  }

  #deliver(message: Message): void {
    this.#stats.delivered += 1;
    for (const handler of this.#subscriptions.of(message.type)) {
      try {
        const pending = handler(message);
        if (pending instanceof Promise) pending.catch((error: unknown) => this.#failed(message, error));
      } catch (error) {
        this.#failed(message, error);
      }
    }
  }

  #failed(message: Message, error: unknown): void {
    this.#stats.failed += 1;
    this.#log.error('A handler failed.', { topic: message.type, code: asBrokerError(error).code });
  }

  #countMalformed(reason: MalformedReason): void {
    this.#stats.malformed[reason] += 1;
    const count = this.#stats.malformed[reason];
    // The first, second, fourth, eighth …: a flood of such frames must not become a flood of lines.
    if ((count & (count - 1)) === 0) this.#log.warn(MALFORMED_SENTENCES[reason], { count });
  }

  #frameOf(message: Message): QueuedFrame {
    const text = writeFrame(message, this.#session);
    return { topic: message.type, text: this.#cipher?.encrypt(text) ?? text };
  }

  #flush(): void {
    this.#queue.drain((frame) => this.#connection.isReady && this.#send(frame));
  }

  #send(frame: QueuedFrame): true {
    this.#connection.send(frame.text);
    this.#stats.sent += 1;
    return true;
  }

  #giveUp(frames: readonly QueuedFrame[], sentence: string): void {
    for (const { topic } of frames) {
      this.#stats.dropped += 1;
      this.#log.warn(sentence, { topic });
    }
  }

  #callAll(listeners: ReadonlySet<() => void>): void {
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        this.#log.error('A listener of the connection failed.', { code: asBrokerError(error).code });
      }
    }
  }
}
