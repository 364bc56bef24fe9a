import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseJson } from '../../src/bus/json-text.ts';
import { isJsonObject, type JsonObject } from '../../src/json.ts';
import { endChild, tailOf } from './child.ts';
import { supportScript, venvPython } from './python-venv.ts';

/** A message as the Python program saw it. */
export interface SeenMessage {
  readonly type: string;
  readonly data: JsonObject;
  readonly context: JsonObject;
  /** The frame as it arrived: shows how numbers were written. */
  readonly frame: string;
}

/** A message to emit: as parts, or as JSON text where the way numbers are written matters. */
export type ToEmit =
  | { readonly type: string; readonly data?: object; readonly context?: object }
  | { readonly json: string };

/** A Python skill: a process with the real `ovos_bus_client.MessageBusClient`. Times are in milliseconds. */
export interface PythonClient {
  /** Every JSON object that reached it, oldest first; frames that are none are in `frames` only. */
  readonly seen: readonly SeenMessage[];
  readonly frames: readonly string[];
  readonly pid: number;
  /** `MessageBusClient.emit`; resolves once it has returned. */
  emit(message: ToEmit): Promise<void>;
  /** `MessageBusClient.wait_for_response`; `timeout` is 3000 by default, as in Python. */
  waitForResponse(
    message: ToEmit,
    options?: { replyType?: string; timeout?: number },
  ): Promise<SeenMessage | undefined>;
  /** Answers every later message of `type` with `Message.reply`; the type by default is `<type>.response`. */
  answer(type: string, data?: object, replyType?: string): Promise<void>;
  /** The first seen message of `type` (and that `matches`) after the last `forget`; waits for it, else rejects. */
  waitFor(
    type: string,
    options?: { matches?: (message: SeenMessage) => boolean; timeout?: number },
  ): Promise<SeenMessage>;
  /** Empties `seen` and `frames`. */
  forget(): void;
  /** Sends a text frame as it is. */
  sendText(text: string): Promise<void>;
  /** `encrypt_as_dict(key, text)`, as a frame. Needs no connection. */
  encrypt(key: string, text: string): Promise<string>;
  /** `decrypt_from_dict(key, frame)`. Needs no connection. */
  decrypt(key: string, frame: string): Promise<string>;
  /** What Python's `Message.forward`, `reply` or `response` makes of a frame, serialised. Needs no connection. */
  derive(
    method: 'forward' | 'reply' | 'response',
    message: string,
    data: string,
    type?: string,
  ): Promise<string>;
  /** A frame as Python reads and writes it: two that say the same become the same text. Needs no connection. */
  normalise(message: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the Python program in `env` (of an OvosHome or MessageBus); it is connected when this resolves, unless
 * `connect` is false.
 */
export async function startPythonClient(options: {
  env: NodeJS.ProcessEnv;
  connect?: boolean;
  /** Connects by wss; the configuration doesn't decide that in Python. */
  ssl?: boolean;
  /** Default 20,000. */
  connectTimeout?: number;
}): Promise<PythonClient> {
  const child = spawn(venvPython(), [supportScript('python_client.py')], {
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const tail = tailOf(child, ['stderr']);
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const seen: SeenMessage[] = [];
  const frames: string[] = [];
  const watchers = new Set<() => void>();
  let lastId = 0;

  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = parseObject(text);
    if (line === undefined) return;
    if (typeof line['frame'] === 'string') {
      frames.push(line['frame']);
      const message = readFrame(line['frame']);
      if (message !== undefined) seen.push(message);
      for (const watcher of watchers) watcher();
    } else if (typeof line['id'] === 'number') {
      const request = pending.get(line['id']);
      pending.delete(line['id']);
      if (typeof line['error'] === 'string') request?.reject(new Error(`Python: ${line['error']}`));
      else request?.resolve(line['result']);
    }
  });
  child.on('exit', () => {
    for (const request of pending.values()) request.reject(new Error(`Python client ended:\n${tail()}`));
    pending.clear();
  });

  const call = (op: string, parameters: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (child.exitCode !== null || child.signalCode !== null) {
        reject(new Error(`Python client has ended:\n${tail()}`));
        return;
      }
      lastId += 1;
      pending.set(lastId, { resolve, reject });
      child.stdin.write(`${JSON.stringify({ id: lastId, op, ...parameters })}\n`);
    });
  const callForText = async (op: string, parameters: object): Promise<string> => {
    const result = await call(op, parameters);
    if (typeof result !== 'string') throw new Error(`Python: ${op} gave no text`);
    return result;
  };

  if (options.connect !== false) {
    const { ssl = false, connectTimeout = 20_000 } = options;
    await call('connect', { ssl, timeout: connectTimeout / 1000 }).catch(async (error: unknown) => {
      await endChild(child, 'SIGKILL');
      throw error;
    });
  }

  return {
    seen,
    frames,
    get pid() {
      return child.pid ?? 0;
    },
    async emit(message) {
      await call('emit', { message: toJson(message) });
    },
    async waitForResponse(message, { replyType, timeout = 3000 } = {}) {
      const answer = await call('wait_for_response', {
        message: toJson(message),
        reply_type: replyType ?? null,
        timeout: timeout / 1000,
      });
      return typeof answer === 'string' ? readFrame(answer) : undefined;
    },
    async answer(type, data = {}, replyType) {
      await call('answer', { type, data, reply_type: replyType ?? null });
    },
    waitFor(type, { matches = () => true, timeout = 10_000 } = {}) {
      const find = (): SeenMessage | undefined =>
        seen.find((message) => message.type === type && matches(message));
      const found = find();
      if (found !== undefined) return Promise.resolve(found);
      return new Promise((resolve, reject) => {
        const settle = (): void => {
          clearTimeout(timer);
          watchers.delete(watcher);
        };
        const watcher = (): void => {
          const message = find();
          if (message === undefined) return;
          settle();
          resolve(message);
        };
        const timer = setTimeout(() => {
          settle();
          const types = seen.map((message) => message.type).join(', ');
          reject(new Error(`"${type}" did not arrive within ${timeout} ms; seen: ${types}`));
        }, timeout);
        watchers.add(watcher);
      });
    },
    forget() {
      seen.length = 0;
      frames.length = 0;
    },
    async sendText(text) {
      await call('send_text', { text });
    },
    encrypt: (key, text) => callForText('encrypt', { key, text }),
    decrypt: (key, frame) => callForText('decrypt', { key, frame }),
    derive: (method, message, data, type = '') => callForText('derive', { method, message, data, type }),
    normalise: (message) => callForText('normalise', { message }),
    async stop() {
      await endChild(child);
    },
  };
}

function toJson(message: ToEmit): string {
  return 'json' in message ? message.json : JSON.stringify(message);
}

function readFrame(frame: string): SeenMessage | undefined {
  const message = parseObject(frame);
  if (message === undefined || typeof message['type'] !== 'string') return undefined;
  const { type, data, context } = message;
  return {
    type,
    data: isJsonObject(data) ? data : {},
    context: isJsonObject(context) ? context : {},
    frame,
  };
}

function parseObject(text: string): JsonObject | undefined {
  try {
    // Python writes NaN and Infinity, too.
    const value = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
