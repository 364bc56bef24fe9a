import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { OAuthBrokerError } from '../../src/errors.ts';
import { HttpConnections } from '../../src/web/http-connections.ts';
import { WebServer } from '../../src/web/index.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';
import { LINK_CODE, webAppForTest } from '../support/web-app.ts';

type Web = ReturnType<typeof webAppForTest>;

const cleanUps: Array<() => Promise<unknown> | void> = [];
afterEach(async () => {
  for (let cleanUp = cleanUps.pop(); cleanUp !== undefined; cleanUp = cleanUps.pop()) await cleanUp();
});

/** A server of its own on a free port. */
async function started(web: Web, host = '127.0.0.1', port = 0): Promise<WebServer> {
  const { app, log, clock, progress } = web;
  const server = new WebServer(() => app, { host, port, log, clock, progress });
  await server.start();
  cleanUps.push(() => server.stop());
  return server;
}

/** An open connection to `port`. */
async function dial(port: number, host = '127.0.0.1', localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host, noDelay: true, ...(host.includes(':') ? {} : { localAddress }) });
  cleanUps.push(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Sends `request` as it is and returns everything that comes back until the server hangs up. */
async function raw(port: number, request: string): Promise<string> {
  const socket = await dial(port);
  socket.write(request);
  return text(socket);
}

const LINES = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

describe('the web server', () => {
  let web: Web;
  beforeEach(() => {
    web = webAppForTest();
  });

  test('answers on IPv4 and IPv6 at once, and knows who asks', async () => {
    const seen: Array<string | undefined> = [];
    web.app.get('/who', (c) => {
      seen.push(c.env.remoteAddress);
      return c.text('');
    });
    const server = await started(web, '::');
    for (const host of ['127.0.0.1', '[::1]', '127.0.0.3']) {
      expect((await fetch(`http://${host}:${server.port}/who`)).status).toBe(200);
    }
    expect(seen).toEqual(['127.0.0.1', '::1', '127.0.0.1']);
  });

  test('says that the port is in use, by a server of IPv4 alone as well, and then starts on another', async () => {
    const other = createServer().listen(0, '0.0.0.0');
    await once(other, 'listening');
    cleanUps.push(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const { app, log, clock, progress } = web;
    const refused = new WebServer(() => app, { host: '::', port, log, clock, progress });
    await expect(refused.start()).rejects.toEqual(new OAuthBrokerError('port_in_use', { port }));
    await refused.stop();
    await started(web, '::');
  });

  test('does not leave its mark on the process', async () => {
    const { Request: before, Response: beforeResponse } = globalThis;
    await started(web);
    expect(globalThis.Request).toBe(before);
    expect(globalThis.Response).toBe(beforeResponse);
  });

  test('hangs up on a connection that has not brought a request within ten seconds', async () => {
    const clock = new SimulatedClock();
    web = webAppForTest({ clock });
    const server = await started({ ...web, clock });
    const silent = await dial(server.port);
    const slow = await dial(server.port);
    slow.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    await fetch(`http://127.0.0.1:${server.port}/`);
    const ends = Promise.all([text(silent), text(slow).catch(() => '')]);
    await clock.advance(10_000);
    expect(await ends).toEqual(['', '']);
  });

  test('hangs up on a body that does not come', async () => {
    const clock = new SimulatedClock();
    web = webAppForTest({ clock });
    web.app.post('/slow', async (c) => c.text(await c.req.text()));
    const server = await started({ ...web, clock });
    const socket = await dial(server.port);
    socket.write(LINES('POST /slow HTTP/1.1', 'Host: localhost', 'Content-Length: 5') + 'ab');
    const end = text(socket).catch(() => '');
    await fetch(`http://127.0.0.1:${server.port}/`);
    await clock.advance(10_000);
    expect(await end).not.toContain('200 OK');
  });

  test.each([
    ['no HTTP', 'hello\r\n\r\n', '400'],
    ['a method that is none', LINES('<> / HTTP/1.1', 'Host: localhost'), '400'],
    ['no Host', LINES('GET / HTTP/1.1'), '400'],
    [
      'two lengths',
      LINES('POST / HTTP/1.1', 'Host: localhost', 'Content-Length: 1', 'Content-Length: 2'),
      '400',
    ],
    [
      'a length and a chunked body',
      LINES('POST / HTTP/1.1', 'Host: localhost', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
      '400',
    ],
    [
      'two hosts',
      LINES('GET / HTTP/1.1', 'Host: localhost', 'Host: evil.example', 'Connection: close'),
      '421',
    ],
    [
      'two hosts, ours last',
      LINES('GET / HTTP/1.1', 'Host: evil.example', 'Host: localhost', 'Connection: close'),
      '421',
    ],
    ['a foreign host', LINES('GET / HTTP/1.1', 'Host: evil.example', 'Connection: close'), '421'],
    [
      'a foreign target',
      LINES('GET http://evil.example/ HTTP/1.1', 'Host: localhost', 'Connection: close'),
      '421',
    ],
    [
      'a target with a user',
      LINES('GET http://localhost@evil.example/ HTTP/1.1', 'Host: localhost', 'Connection: close'),
      '421',
    ],
    [
      'a target without a slash',
      LINES('GET nothing HTTP/1.1', 'Host: localhost', 'Connection: close'),
      '400',
    ],
    [
      'a backslash in the path',
      LINES('GET /\\evil.example HTTP/1.1', 'Host: localhost', 'Connection: close'),
      '400',
    ],
    ['a host with a path', LINES('GET / HTTP/1.1', 'Host: localhost/x', 'Connection: close'), '4'],
    ['TRACE', LINES('TRACE / HTTP/1.1', 'Host: localhost', 'Connection: close'), '405'],
    ['OPTIONS *', LINES('OPTIONS * HTTP/1.1', 'Host: localhost', 'Connection: close'), '400'],
    [
      'a chunked body',
      LINES('POST /s/ABCDEF1234 HTTP/1.1', 'Host: localhost', 'Transfer-Encoding: chunked'),
      '413',
    ],
    [
      'a body too large',
      LINES('POST /s/ABCDEF1234 HTTP/1.1', 'Host: localhost', 'Content-Length: 999999999'),
      '413',
    ],
    ['a header too large', LINES('GET / HTTP/1.1', 'Host: localhost', `X: ${'x'.repeat(17_000)}`), '431'],
    [
      'a path out of the root',
      LINES('GET /../../etc/passwd HTTP/1.1', 'Host: localhost', 'Connection: close'),
      '404',
    ],
  ])('refuses %s and goes on', async (_what, request, status) => {
    const server = await started(web);
    expect(await raw(server.port, request)).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
    expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(200);
    expect(web.signIn.completed).toEqual([]);
    expect(web.log.lines.filter(({ fields }) => fields.code === 'internal')).toEqual([]);
  });

  test('takes the small upper-case form of a link that a QR holds', async () => {
    const server = await started(web);
    // Browsers send scheme and host in lower case; the path is what must be understood.
    expect((await fetch(`HTTP://127.0.0.1:${server.port}/S/${LINK_CODE}`)).status).toBe(200);
  });

  test('takes an id with any character through a real request', async () => {
    const server = await started(web);
    const ids = ['a/b_../c', '%_%2F', '100%_ü', 'new\nline_\u0000', '日本_語', '😀_\\'];
    for (const id of ids) {
      await fetch(`http://127.0.0.1:${server.port}/auth/callback/${encodeURIComponent(id)}?code=c&state=s`);
    }
    expect(web.signIn.completed.map(({ mungedId }) => mungedId)).toEqual(ids);
  });

  test('answers HEAD without a body and keeps the connection in step', async () => {
    const server = await started(web);
    const answers = await raw(
      server.port,
      LINES('HEAD / HTTP/1.1', 'Host: localhost') +
        LINES('GET / HTTP/1.1', 'Host: localhost', 'Connection: close'),
    );
    expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(answers.match(/<!doctype html>/g)).toHaveLength(1);
  });
});

test('a stream that its browser has left makes room for another', async () => {
  const web = webAppForTest();
  const server = await started(web);
  const events = `http://127.0.0.1:${server.port}/s/${LINK_CODE}/events`;
  const left = new AbortController();
  const streams = await Promise.all(Array.from({ length: 8 }, () => fetch(events, { signal: left.signal })));
  expect(streams.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
  expect((await fetch(events)).status).toBe(429);
  left.abort();
  await expect.poll(async () => (await fetch(events)).status).toBe(200);
});

describe('stopping the web server', () => {
  test('answers the callback that is being worked on, and takes no more', async () => {
    const web = webAppForTest();
    let open = (): void => {};
    web.signIn.gate = new Promise((resolve) => {
      open = resolve;
    });
    const server = await started(web);
    const pending = fetch(`http://127.0.0.1:${server.port}/auth/callback/a_b?code=c&state=s`, {
      redirect: 'manual',
    });
    await expect.poll(() => web.signIn.completed.length).toBe(1);
    const stopped = server.stop();
    await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toThrow('fetch failed');
    open();
    expect((await pending).status).toBe(303);
    expect((await pending).headers.get('connection')).toBe('close');
    await stopped;
  });

  test('ends streams, silent and idle connections at once', async () => {
    const web = webAppForTest();
    const server = await started(web);
    const stream = await fetch(`http://127.0.0.1:${server.port}/s/${LINK_CODE}/events`);
    await (await fetch(`http://127.0.0.1:${server.port}/`)).text();
    const silent = text(await dial(server.port));
    const half = await dial(server.port);
    half.write('GET / HTTP/1.1\r\nHost:');
    const halfEnd = text(half).catch(() => '');
    await server.stop();
    expect(await stream.text()).toContain('event: state');
    expect([await silent, await halfEnd]).toEqual(['', '']);
  });

  test('does not wait longer than twenty seconds for an answer', async () => {
    const clock = new SimulatedClock();
    const web = webAppForTest({ clock });
    web.signIn.gate = new Promise(() => {});
    const server = await started({ ...web, clock });
    const pending = fetch(`http://127.0.0.1:${server.port}/auth/callback/a_b?code=c&state=s`).catch(
      () => 'cut',
    );
    await expect.poll(() => web.signIn.completed.length).toBe(1);
    const stopped = server.stop();
    await clock.advance(20_000);
    await stopped;
    expect(await pending).toBe('cut');
  });

  test('twice, or before it was started, is no harm', async () => {
    const web = webAppForTest();
    const server = await started(web);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    const { app, log, clock, progress } = web;
    const unstarted = new WebServer(() => app, { host: '::', port: 0, log, clock, progress });
    await expect(unstarted.stop()).resolves.toBeUndefined();
  });
});

describe('too many connections', () => {
  /** A bare server whose connections are counted, up to three. */
  async function counting(): Promise<{ connections: HttpConnections; port: number; sockets: Socket[] }> {
    const connections = new HttpConnections({ most: 3, patience: 60_000 }, systemClock);
    const sockets: Socket[] = [];
    const server: Server = createServer((socket) => {
      socket.on('error', () => {});
      sockets.push(socket);
      connections.opened(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUps.push(() => {
      connections.close();
      server.close();
    });
    return { connections, port: (server.address() as AddressInfo).port, sockets };
  }

  test('cost the one that has waited longest its place', async () => {
    const { port } = await counting();
    const first = await dial(port);
    const others = [await dial(port), await dial(port), await dial(port)];
    expect(await text(first)).toBe('');
    expect(others.every(({ readyState }) => readyState === 'open')).toBe(true);
  });

  test('cost the address that has most of them a place, and not another', async () => {
    const { port } = await counting();
    const quiet = await dial(port, '127.0.0.1', '127.0.0.2');
    const flood = [await dial(port), await dial(port)];
    for (let more = 0; more < 5; more += 1) flood.push(await dial(port));
    expect(await Promise.all(flood.slice(0, 5).map((socket) => text(socket)))).toEqual(['', '', '', '', '']);
    expect([quiet, ...flood.slice(5)].map(({ readyState }) => readyState)).toEqual(['open', 'open', 'open']);
  });

  test('never cost one that is being answered, so the newcomer goes where all are', async () => {
    const { connections, port, sockets } = await counting();
    const busy = [await dial(port), await dial(port), await dial(port)];
    await expect.poll(() => sockets.length).toBe(3);
    for (const socket of sockets) connections.began(socket);
    expect(await text(await dial(port))).toBe('');
    expect(busy.every(({ readyState }) => readyState === 'open')).toBe(true);
    const [answered] = sockets;
    if (answered !== undefined) connections.ended(answered);
    const newcomer = await dial(port);
    expect(await text(busy[0] ?? newcomer)).toBe('');
    expect(newcomer.readyState).toBe('open');
  });
});
