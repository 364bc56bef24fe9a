import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WebServer } from '../../src/web/index.ts';
import { damaged, fuzz, FUZZ_TIME } from '../support/fuzz.ts';
import { LINK_CODE, webAppForTest } from '../support/web-app.ts';

const HOST = 'Host: localhost:36536';
const BODY = 'address=http%3A%2F%2F127.0.0.1%2Fauth%2Fcallback%2Fa_b%3Fcode%3Dc%26state%3Ds';
const CORPUS = [
  `GET / HTTP/1.1\r\n${HOST}\r\n\r\n`,
  `GET /s/${LINK_CODE} HTTP/1.1\r\n${HOST}\r\nAccept-Language: de, en;q=0.5\r\n\r\n`,
  `GET /s/${LINK_CODE}/events HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n\r\n`,
  `POST /s/${LINK_CODE}/paste HTTP/1.1\r\n${HOST}\r\nOrigin: http://localhost:36536\r\nCookie: browser=x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
  `POST /s/${LINK_CODE} HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  `GET /auth/callback/skill_app?code=c&state=s&iss=https%3A%2F%2Fa.example HTTP/1.1\r\n${HOST}\r\n\r\n`,
  `GET /auth/relay?error=access_denied&state=s.x HTTP/1.0\r\n${HOST}\r\n\r\n`,
  `GET /console HTTP/1.1\r\n${HOST}\r\nCookie: console=x\r\n\r\n`,
  `OPTIONS * HTTP/1.1\r\n${HOST}\r\nExpect: 100-continue\r\nUpgrade: websocket\r\n\r\n`,
];

const path = damaged(CORPUS.map((request) => request.split(' ')[1] ?? '/')).map(
  (bytes) =>
    `/${bytes
      .toString('latin1')
      .replaceAll(/[^!-~]/g, '%')
      .replace(/^\/+/, '')}`,
);
const headers = fc.dictionary(
  fc.constantFrom(
    'accept',
    'accept-language',
    'cookie',
    'origin',
    'host',
    'content-type',
    'range',
    'sec-fetch-site',
  ),
  fc.stringMatching(/^[\t -~]{0,30}$/),
  { maxKeys: 5 },
);

test(
  'any request gets an answer with the guards\u2019 headers, and none is a fault of this program',
  async () => {
    let web = webAppForTest();
    let asked = 0;
    await fuzz(
      0.04,
      fc.asyncProperty(
        path,
        headers,
        fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'BREW'),
        fc.string(),
        async (path, headers, method, body) => {
          // A phone of its own now and then: this one would only be told to slow down.
          asked += 1;
          if (asked % 50 === 0) web = webAppForTest();
          const init = { method, headers, ...(method === 'POST' || method === 'PUT' ? { body } : {}) };
          const response = await web.ask(path, init, `192.168.1.${asked % 250}`);
          expect(response.status).not.toBe(500);
          expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
          expect(response.headers.get('referrer-policy')).toMatch(/^(?:no-referrer|same-origin)$/);
          await response.body?.cancel();
        },
      ),
    );
    expect(web.log.lines.filter(({ fields }) => fields.code === 'internal')).toEqual([]);
  },
  FUZZ_TIME,
);

test(
  'any bytes on a connection are answered as HTTP or not at all, and the next one is served',
  async () => {
    const web = webAppForTest();
    const { app, log, clock, progress } = web;
    const server = new WebServer(() => app, { host: '127.0.0.1', port: 0, log, clock, progress });
    await server.start();
    try {
      await fuzz(
        0.01,
        fc.asyncProperty(damaged(CORPUS), fc.nat(), async (bytes, at) => {
          // So that the guard against floods lets it through.
          await clock.advance(1_000);
          const answer = await exchange(server.port, bytes, at % (bytes.length + 1));
          expect(answer).toMatch(/^$|^HTTP\/1\.1 [1-5]\d\d /);
          expect(answer).not.toMatch(/^HTTP\/1\.1 500 /m);
        }),
      );
      expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(200);
      expect(log.lines.filter(({ fields }) => fields.code === 'internal')).toEqual([]);
    } finally {
      await server.stop();
    }
  },
  FUZZ_TIME,
);

/** Sends `bytes` in two pieces, listens for a while, ends its side, and returns what came back. */
async function exchange(port: number, bytes: Buffer, cut: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let answer = '';
  socket.on('data', (piece: Buffer) => {
    answer += piece.toString('latin1');
    // A stream has no end of its own.
    if (answer.includes('text/event-stream')) socket.destroy();
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(bytes.subarray(0, cut));
  socket.write(bytes.subarray(cut));
  // Node gives up a request whose client has ended its side; what is whole is answered sooner than this.
  setTimeout(() => socket.end(), 15);
  if (!socket.destroyed) await once(socket, 'close');
  return answer;
}
