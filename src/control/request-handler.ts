import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import { asBrokerError, OAuthBrokerError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { type Log, logFailure } from '../log.ts';
import type { ControlDeps, Failure } from './operation.ts';
import { type AnyOperation, isOperation, OPERATIONS } from './operations/index.ts';

/** Bytes of a request; the longest thing in one is a pasted address. */
const LARGEST_REQUEST = 256 * 1024;

/**
 * Makes what answers requests: `POST /<operation>` with the request as JSON. A call is answered by one JSON object, a
 * stream by one a line; a failure by `{error_code, details}`, in a stream as its last line.
 */
export function requestHandlerOf(deps: ControlDeps, log: Log) {
  return async (request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> => {
    const name = (request.url ?? '').slice(1);
    try {
      const operation = await load(request, name);
      const asked = parse(operation.request, await bodyOf(request));
      if (operation.kind === 'call') {
        send(response, 200, await operation.run(asked, deps));
        return;
      }
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
      // At once: whoever asked knows then that they are heard.
      response.flushHeaders();
      for await (const event of operation.events(asked, deps, signal)) {
        if (!response.write(`${JSON.stringify(event)}\n`)) await drained(response, signal);
      }
      if (signal.aborted) throw new OAuthBrokerError('shutting_down');
      response.end();
    } catch (thrown) {
      const error = asBrokerError(thrown);
      if (error.code === 'internal')
        logFailure(log, 'A command failed.', error, { topic: name.slice(0, 40) });
      const failure: Failure = { error_code: error.code, details: error.details };
      if (response.headersSent) response.end(`${JSON.stringify(failure)}\n`);
      else send(response, statusOf(error), failure);
    }
  };
}

async function load({ method }: IncomingMessage, name: string): Promise<AnyOperation> {
  if (method !== 'POST') throw new OAuthBrokerError('method_not_allowed');
  if (!isOperation(name)) throw new OAuthBrokerError('not_found');
  return (await OPERATIONS[name]()).operation;
}

/** @throws OAuthBrokerError `invalid_request` with the field; never its value */
function parse<T extends v.GenericSchema>(schema: T, body: unknown): v.InferOutput<T> {
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return parsed.output;
  const field = parsed.issues[0].path?.map(({ key }) => String(key)).join('.') ?? 'body';
  throw new OAuthBrokerError('invalid_request', { field });
}

async function bodyOf(request: IncomingMessage): Promise<JsonObject> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LARGEST_REQUEST) throw new OAuthBrokerError('request_too_large');
    parts.push(part);
  }
  const body = parseJson(Buffer.concat(parts).toString('utf8'));
  // To valibot a list without entries is an object without members.
  if (!isJsonObject(body)) throw new OAuthBrokerError('invalid_request', { field: 'body' });
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

function statusOf({ code, kind }: OAuthBrokerError): number {
  if (code === 'not_found') return 404;
  return kind === 'request' ? 400 : kind === 'transient' ? 503 : 409;
}

/** Waits until a slow reader has caught up, or has gone. */
async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    response.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
