import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface RawRequest {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  /** Address that the request comes from; default 127.0.0.1. */
  readonly from?: string;
  /** Address that it goes to; default 127.0.0.1. */
  readonly to?: string;
  /** `Host` counts as it is written here. */
  readonly headers?: OutgoingHttpHeaders;
  /** Fields of a form. */
  readonly form?: Readonly<Record<string, string>>;
}

/** One request with headers that no browser would send, and from whichever loopback address. Follows no redirect. */
export async function requestFrom(options: RawRequest): Promise<Answer> {
  const { port, path, from = '127.0.0.1', to = '127.0.0.1', headers = {}, form } = options;
  const body = form === undefined ? undefined : new URLSearchParams(form).toString();
  const sent = request({
    host: to,
    port,
    path,
    method: options.method ?? (form === undefined ? 'GET' : 'POST'),
    localAddress: from,
    agent: false,
    headers: {
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
      ...headers,
    },
  });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += String(part);
  return { status: response.statusCode ?? 0, headers: response.headers, body: text };
}
