/**
 * A provider that does everything wrong, for tests.
 *
 *     const hostile = await startHostileServer();
 *     hostile.url('hang')                                    // a token endpoint with that misbehaviour
 *     hostile.replying({ status: 503, headers: { 'retry-after': '7' } })   // one with a reply of your own
 *     hostile.requests                                       // what arrived, to see what must not have
 *     await hostile.close();
 */
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** What a hostile server's good token answers hold: none of it may ever show up in a log or an error. */
export const HOSTILE_TOKEN = {
  access_token: 'access-token-of-hostile-server',
  refresh_token: 'refresh-token-of-hostile-server',
  token_type: 'Bearer',
  expires_in: 3600,
} as const;

const TOKEN_JSON = JSON.stringify(HOSTILE_TOKEN);
const JSON_TYPE = { 'content-type': 'application/json' };

type Misbehave = (response: ServerResponse, origin: string) => void;

const MISBEHAVIOURS = {
  /** Takes the request and says nothing. */
  hang: () => undefined,
  /** A header line every 50 ms, for ever. */
  slow_headers: ({ socket }) => drip(socket, 'HTTP/1.1 200 OK\r\n', (count) => `x-drip-${count}: 1\r\n`),
  /** The headers at once, then a byte of the body every 50 ms, for ever. */
  slow_body: ({ socket }) =>
    drip(socket, 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n', () => ' '),
  /** Closes the connection instead of answering. */
  close_early: ({ socket }) => socket?.destroy(),
  /** Announces a body and closes in the middle of it. */
  close_in_body: ({ socket }) =>
    socket?.end(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n${TOKEN_JSON}`,
    ),
  not_http: ({ socket }) => socket?.end('220 smtp.example.org ESMTP\r\n'),
  status_999: (response) => response.writeHead(999, JSON_TYPE).end(TOKEN_JSON),
  html: (response) =>
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<!doctype html><p>access_token=x ${TOKEN_JSON}`),
  html_404: (response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not found</h1>'),
  html_500: (response) => response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Oops</h1>'),
  empty: (response) => response.writeHead(200, JSON_TYPE).end(),
  no_content: (response) => response.writeHead(204).end(),
  invalid_json: (response) => response.writeHead(200, JSON_TYPE).end(TOKEN_JSON.slice(0, -1)),
  json_array: (response) => response.writeHead(200, JSON_TYPE).end(`[${TOKEN_JSON}]`),
  no_access_token: (response) =>
    response.writeHead(200, JSON_TYPE).end('{"refresh_token":"x","token_type":"Bearer"}'),
  access_token_is_number: (response) => response.writeHead(200, JSON_TYPE).end('{"access_token":12}'),
  /** 10 MB that announce themselves. */
  ten_megabytes: (response) => {
    const body = `{"access_token":"${'x'.repeat(10_000_000)}"}`;
    response.writeHead(200, { ...JSON_TYPE, 'content-length': body.length }).end(body);
  },
  /** Bytes without end or announcement. */
  endless: (response) => {
    response.writeHead(200, JSON_TYPE);
    const chunk = ' '.repeat(65_536);
    const write = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', write);
    write();
  },
  /** 20 kB that inflate to 20 MB. */
  gzip_bomb: (response) =>
    response
      .writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' })
      .end(gzipSync(Buffer.alloc(20_000_000, ' '))),
  /** RFC 9110 §15.4.8: a client that followed would send code and secret along. */
  redirect_307: (response, origin) => response.writeHead(307, { location: `${origin}/stolen` }).end(),
  redirect_302: (response, origin) => response.writeHead(302, { location: `${origin}/stolen` }).end(),
  /** The OAuth error under status 200. */
  error_with_200: (response) =>
    response
      .writeHead(200, JSON_TYPE)
      .end('{"error":"invalid_grant","error_description":"code-from-callback"}'),
  /** A good answer with a content type that has nothing to do with it. */
  json_as_text: (response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(TOKEN_JSON),
  form_encoded: (response) =>
    response
      .writeHead(200, { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' })
      .end(new URLSearchParams({ ...HOSTILE_TOKEN, expires_in: '3600' }).toString()),
} satisfies Record<string, Misbehave>;

export type Misbehaviour = keyof typeof MISBEHAVIOURS;

export interface CannedReply {
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  /** An object is sent as JSON. Default: a good token answer. */
  readonly body?: string | object;
}

export interface RecordedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HostileServer {
  readonly origin: string;
  url(misbehaviour: Misbehaviour): string;
  /** An endpoint with these replies, one after the other; the last one for ever. */
  replying(...replies: readonly CannedReply[]): string;
  /** Everything that arrived, in order, fully received. */
  readonly requests: readonly RecordedRequest[];
  close(): Promise<void>;
}

export async function startHostileServer(host = '127.0.0.1'): Promise<HostileServer> {
  const requests: RecordedRequest[] = [];
  const canned: Array<readonly CannedReply[]> = [];
  const served = new Map<string, number>();
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    const { headers } = request;
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
    requests.push({ path, headers, body });
    const [, kind, name = ''] = path.split('/');
    if (kind === 'token' && isMisbehaviour(name)) MISBEHAVIOURS[name](response, origin);
    else if (kind === 'canned') sendCanned(response, next(path, canned[Number(name)] ?? []));
    else response.writeHead(200, JSON_TYPE).end(TOKEN_JSON);
  };
  const next = (path: string, replies: readonly CannedReply[]): CannedReply => {
    const count = served.get(path) ?? 0;
    served.set(path, count + 1);
    return replies[Math.min(count, replies.length - 1)] ?? {};
  };
  server.on('request', (request, response) => {
    response.on('error', () => undefined);
    answer(request, response).catch(() => response.destroy());
  });

  return {
    origin,
    url: (misbehaviour) => `${origin}/token/${misbehaviour}`,
    replying: (...replies) => `${origin}/canned/${canned.push(replies) - 1}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function isMisbehaviour(name: string): name is Misbehaviour {
  return Object.hasOwn(MISBEHAVIOURS, name);
}

function sendCanned(
  response: ServerResponse,
  { status = 200, headers, body = HOSTILE_TOKEN }: CannedReply,
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { ...(typeof body === 'string' ? {} : JSON_TYPE), ...headers }).end(text);
}

function drip(socket: ServerResponse['socket'], start: string, piece: (count: number) => string): void {
  socket?.write(start);
  let count = 0;
  const timer = setInterval(() => socket?.write(piece((count += 1))), 50);
  socket?.once('close', () => clearInterval(timer)).on('error', () => undefined);
}
