import { once } from 'node:events';
import { WebSocket } from 'ws';
import { isJsonObject, type JsonObject } from '../src/json.ts';
import { contextOf } from './context.ts';

/** Milliseconds after which a request counts as unanswered. */
const PATIENCE = 20_000;

/** Requests that wait for their answer at the same time when a rate is measured. */
const WINDOW = 64;

export interface BusMessage {
  readonly type: string;
  readonly data: JsonObject;
  readonly context: JsonObject;
}

export interface Answer {
  readonly data: JsonObject;
  /** Milliseconds from the request to the answer. */
  readonly ms: number;
}

type Listener = (message: BusMessage, at: number) => void;

/** The load generator: a skill on the bus that asks and takes the time. */
export class BusLoad {
  readonly #socket: WebSocket;
  readonly #listeners = new Map<string, Set<Listener>>();
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (frame: Buffer) => this.#receive(frame));
  }

  static async connect(url: string): Promise<BusLoad> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, 'open');
    return new BusLoad(socket);
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  /** Calls `listener` for every message of exactly this type; the returned function ends that. */
  on(type: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Sends one request and waits for the message of type `replyType` with the same context. */
  async ask(type: string, data: JsonObject, replyType: string): Promise<Answer> {
    const [answer] = await this.askAll(type, [data], replyType);
    if (answer === undefined) throw new Error(`${type} was not answered`);
    return answer;
  }

  /**
   * Sends one request per element of `all`, at most `window` of them waiting at a time.
   *
   * @param patience milliseconds without any answer after which the rest counts as unanswered
   * @returns an answer for each, in order; undefined where none came
   */
  async askAll(
    type: string,
    all: readonly JsonObject[],
    replyType: string,
    { window = WINDOW, patience = PATIENCE }: { window?: number; patience?: number } = {},
  ): Promise<ReadonlyArray<Answer | undefined>> {
    const answers: Array<Answer | undefined> = Array.from({ length: all.length });
    const sentAt: number[] = [];
    const first = this.#asked;
    let answered = 0;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, patience);
      const send = (): void => {
        const index = sentAt.length;
        const data = all[index];
        if (data === undefined) return;
        const text = JSON.stringify({ type, data, context: contextOf(first + index) });
        sentAt.push(performance.now());
        this.#asked += 1;
        this.#socket.send(text);
      };
      const stop = this.on(replyType, (message, at) => {
        const index = Number(message.context['bench']) - first;
        const sent = sentAt[index];
        if (sent === undefined || answers[index] !== undefined) return;
        answers[index] = { data: message.data, ms: at - sent };
        answered += 1;
        timer.refresh();
        if (answered === all.length) done();
        else send();
      });
      function done(): void {
        clearTimeout(timer);
        stop();
        resolve();
      }
      for (let waiting = 0; waiting < window; waiting += 1) send();
    });
    return answers;
  }

  /** The next message of this type, and when it came (`performance.now()`). */
  next(type: string, patience = PATIENCE): Promise<{ message: BusMessage; at: number }> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`no ${type} on the bus`));
      }, patience);
      const stop = this.on(type, (message, at) => {
        clearTimeout(timer);
        stop();
        resolve({ message, at });
      });
    });
  }

  #receive(frame: Buffer): void {
    const at = performance.now();
    const message = parse(frame.toString());
    if (!isJsonObject(message) || typeof message['type'] !== 'string') return;
    const { type, data, context } = message;
    const listeners = this.#listeners.get(type);
    if (listeners === undefined) return;
    for (const listener of listeners) {
      listener(
        {
          type,
          data: isJsonObject(data) ? data : {},
          context: isJsonObject(context) ? context : {},
        },
        at,
      );
    }
  }
}

/** undefined for what is not JSON: then nothing was answered, and the count shows it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
