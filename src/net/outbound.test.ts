import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OAuthBrokerError } from '../errors.ts';
import { createOutboundFetch, type OutboundSettings } from './outbound.ts';

let server: Server;
let origin: string;
let handle: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  handle = (_request, response) => response.end('{}');
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('sends method, headers and body, and says who it is', async () => {
  const received = new Promise<unknown>((resolve) => {
    handle = (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        response.end();
        resolve({ method: request.method, url: request.url, headers: request.headers, body });
      });
    };
  });
  const headers = { 'x-a': '1', 'user-agent': 'other' };
  const body = new URLSearchParams({ a: 'é b' });
  await createOutboundFetch({ userAgent: 'me/1' })(new URL('/p?q=1', origin), {
    method: 'POST',
    headers,
    body,
  });
  expect(await received).toMatchObject({
    method: 'POST',
    url: '/p?q=1',
    headers: {
      'x-a': '1',
      'user-agent': 'me/1',
      'accept-encoding': 'identity',
      connection: 'close',
      'content-length': '10',
    },
    body: 'a=%C3%A9+b',
  });
});

it('resolves to status, headers and the whole body', async () => {
  handle = (_request, response) => {
    response.writeHead(404, { 'x-b': ['1', '2'] }).write('part, ');
    setImmediate(() => response.end('rest é'));
  };
  const response = await createOutboundFetch()(origin);
  expect(response.status).toBe(404);
  expect(response.headers.get('x-b')).toBe('1, 2');
  await expect(response.text()).resolves.toBe('part, rest é');
});

it('takes a body of exactly the largest size and none that is larger, announced or not', async () => {
  const fetch = createOutboundFetch({ maxBytes: 1000 });
  for (const announce of [true, false]) {
    const respond = (size: number) => (_request: IncomingMessage, response: ServerResponse) => {
      if (announce) response.setHeader('content-length', size);
      response.write('x'.repeat(size - 1));
      response.end('x');
    };
    handle = respond(1000);
    await expect(fetch(origin).then((response) => response.text())).resolves.toHaveLength(1000);
    handle = respond(1001);
    await expect(fetch(origin)).rejects.toMatchObject({
      code: 'provider_bad_response',
      details: { reason: 'too_large' },
    });
  }
});

it('leaves no connection open, neither after an answer nor after an error', async () => {
  const fetch = createOutboundFetch();
  await fetch(origin);
  handle = () => undefined;
  await expect(createOutboundFetch({ timeout: 100 })(origin)).rejects.toMatchObject({
    code: 'provider_timeout',
  });
  handle = (_request, response) => response.writeHead(307, { location: '/' }).end();
  await expect(fetch(origin)).rejects.toMatchObject({
    code: 'provider_redirected',
    details: { status: 307 },
  });
  await expect.poll(() => connections()).toBe(0);
});

function connections(): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

it('stops when its caller does, with the reason that the caller gave', async () => {
  handle = () => controller.abort(new Error('shutting down'));
  const controller = new AbortController();
  const fetching = createOutboundFetch()(origin, { signal: controller.signal });
  await expect(fetching).rejects.toThrow('shutting down');
  await expect(createOutboundFetch()(origin, { signal: controller.signal })).rejects.toThrow('shutting down');
});

it.each([
  ['http://example.com/token', 'endpoint_insecure'],
  ['http://8.8.8.8/token', 'endpoint_insecure'],
  ['http://[2001:4860:4860::8888]/token', 'endpoint_insecure'],
  ['ftp://127.0.0.1/', 'endpoint_invalid'],
  ['file:///etc/passwd', 'endpoint_invalid'],
  ['data:,x', 'endpoint_invalid'],
])('refuses %s', async (url, code) => {
  await expect(createOutboundFetch()(url)).rejects.toBeInstanceOf(OAuthBrokerError);
  await expect(createOutboundFetch()(url)).rejects.toMatchObject({ code });
});

describe('a name that says it is on this network', () => {
  type LookUp = NonNullable<OutboundSettings['lookUp']>;

  /** A resolver under the control of somebody else. */
  function resolver(...answers: ReadonlyArray<readonly string[]>): { lookUp: LookUp; asked: () => number } {
    let asked = 0;
    const lookUp = ((_hostname: string, _options: object, callback: (...found: unknown[]) => void) => {
      const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
      asked += 1;
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }) as unknown as LookUp;
    return { lookUp, asked: () => asked };
  }

  const named = (name: string): string => origin.replace('127.0.0.1', name);

  it('is reached at its address', async () => {
    const { lookUp } = resolver(['127.0.0.1']);
    const response = await createOutboundFetch({ lookUp })(named('homeassistant.local'));
    expect(response.status).toBe(200);
  });

  it.each([[['93.184.216.34']], [['2606:2800:220:1::1', '8.8.8.8']]])(
    'and leads out of it, to %j, is refused before anything is sent',
    async (addresses) => {
      const { lookUp } = resolver(addresses);
      await expect(createOutboundFetch({ lookUp })(named('homeassistant.local'))).rejects.toMatchObject({
        code: 'endpoint_insecure',
        details: { host: new URL(named('homeassistant.local')).host },
      });
    },
  );

  it('is reached only at those of its addresses that are on it', async () => {
    const { lookUp } = resolver(['203.0.113.1', '127.0.0.1', '2001:db8::1']);
    expect((await createOutboundFetch({ lookUp })(named('printer.lan'))).status).toBe(200);
  });

  it('is looked up once for a connection: a second answer can not take the place of the one that was checked', async () => {
    const { lookUp, asked } = resolver(['127.0.0.1'], ['203.0.113.1']);
    const fetch = createOutboundFetch({ lookUp });
    expect((await fetch(named('rebound.local'))).status).toBe(200);
    expect(asked()).toBe(1);
    await expect(fetch(named('rebound.local'))).rejects.toMatchObject({ code: 'endpoint_insecure' });
  });
});
