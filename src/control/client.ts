import { once } from 'node:events';
import { lstat } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { dirname } from 'node:path';
import type { Environment } from '../config/locations.ts';
import { ERROR_KINDS, type ErrorCode, OAuthBrokerError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { CallName, EventOf, RequestOf, ResultOf, StreamName } from './operations/index.ts';
import { likelySockets } from './socket-path.ts';

/** Nobody listens there: the file is not there, or the broker that made it has died. */
const NOBODY: readonly string[] = ['ENOENT', 'ECONNREFUSED', 'ENOTDIR'];

/** The running broker, as a command sees it. */
export class ControlClient {
  readonly #sockets: readonly string[];

  /** @param sockets where it may be, the likeliest first; default: by the environment of this user */
  constructor(env: Environment, sockets?: readonly string[]) {
    this.#sockets = sockets ?? likelySockets(env, process.getuid?.() ?? 0);
  }

  /**
   * Has one thing done.
   *
   * @throws OAuthBrokerError `daemon_not_running`, `control_unsafe`, `daemon_outdated`, and what the operation throws
   */
  async call<N extends CallName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>> {
    const response = await this.#send(name, request);
    let text = '';
    for await (const part of response.setEncoding('utf8') as AsyncIterable<string>) text += part;
    return parsed(text) as ResultOf<N>;
  }

  /**
   * Has something begun, and follows it to its end; leaving the loop ends it.
   *
   * @throws OAuthBrokerError as {@link call}; `daemon_not_running` also where the broker stops meanwhile
   */
  async *stream<N extends StreamName>(
    name: N,
    request: RequestOf<N>,
    signal?: AbortSignal,
  ): AsyncGenerator<EventOf<N>, void> {
    const response = await this.#send(name, request, signal);
    let rest = '';
    try {
      for await (const part of response.setEncoding('utf8') as AsyncIterable<string>) {
        const lines = `${rest}${part}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield parsed(line) as EventOf<N>;
      }
    } catch (error) {
      if (error instanceof OAuthBrokerError) throw error;
      if (signal?.aborted !== true) throw new OAuthBrokerError('daemon_not_running', {}, { cause: error });
    } finally {
      response.destroy();
    }
  }

  async #send(name: string, body: unknown, signal?: AbortSignal): Promise<IncomingMessage> {
    for (const socketPath of this.#sockets) {
      if (!(await isThere(socketPath))) continue;
      const request = httpRequest({
        socketPath,
        path: `/${name}`,
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        ...(signal === undefined ? {} : { signal }),
      });
      const response = await answerTo(request, JSON.stringify(body), socketPath);
      if (response !== undefined) return response;
    }
    throw new OAuthBrokerError('daemon_not_running');
  }
}

/** Has the running broker of this user do one thing; see {@link ControlClient.call}. */
export function callDaemon<N extends CallName>(
  env: Environment,
  name: N,
  request: RequestOf<N>,
): Promise<ResultOf<N>> {
  return new ControlClient(env).call(name, request);
}

/**
 * A client secret goes to whoever has made this socket: it must not be somebody else.
 *
 * @throws OAuthBrokerError `control_unsafe`
 */
async function isThere(path: string): Promise<boolean> {
  const folder = dirname(path);
  for (const place of [folder, path]) {
    const stats = await lstat(place).catch(() => undefined);
    if (stats === undefined) return false;
    if (stats.isSymbolicLink() || !(await isTrusted(stats.uid, folder))) {
      throw new OAuthBrokerError('control_unsafe', { path: place });
    }
  }
  return true;
}

/** Root may use everybody's, where only root or they can have made the folder. */
async function isTrusted(owner: number, folder: string): Promise<boolean> {
  const uid = process.getuid?.();
  if (owner === uid || owner === 0) return true;
  if (uid !== 0) return false;
  const parent = await lstat(dirname(folder)).catch(() => undefined);
  return parent !== undefined && (parent.uid === owner || (parent.uid === 0 && (parent.mode & 0o022) === 0));
}

/** The answer; undefined where nobody listens. */
async function answerTo(
  request: ClientRequest,
  body: string,
  path: string,
): Promise<IncomingMessage | undefined> {
  // The broker may refuse a request before it has read all of it; what it then says is the answer.
  request.on('error', () => {});
  request.end(body);
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    if (response.statusCode === 403) throw new OAuthBrokerError('control_unsafe', { path });
    return response;
  } catch (error) {
    if (error instanceof OAuthBrokerError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (NOBODY.includes(code)) return undefined;
    if (code === 'EACCES') throw new OAuthBrokerError('control_unsafe', { path });
    // It went away while it was asked.
    throw new OAuthBrokerError('daemon_not_running', {}, { cause: error });
  }
}

function parsed(text: string): JsonObject {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (cause) {
    throw new OAuthBrokerError('daemon_not_running', {}, { cause });
  }
  if (!isJsonObject(answer)) throw new OAuthBrokerError('daemon_outdated');
  const { error_code: code, details } = answer;
  if (typeof code !== 'string') return answer;
  // A broker of another version may lack an operation or have codes of its own.
  if (code === 'not_found' || !isErrorCode(code)) throw new OAuthBrokerError('daemon_outdated');
  throw new OAuthBrokerError(code, detailsOf(details));
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_KINDS, code);
}

function detailsOf(details: unknown): Record<string, string | number> {
  if (typeof details !== 'object' || details === null) return {};
  return Object.fromEntries(
    Object.entries(details).filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
  ) as Record<string, string | number>;
}
