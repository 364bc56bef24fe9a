import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { WebServer } from '../../src/web/index.ts';
import { webAppForTest } from '../support/web-app.ts';

// Found by test/fuzz/http.test.ts: such a name passes for a host in a header and is none in a URL.
test.each(['l1.1', '1.2.3.4.5', 'a.0x'])(
  'a request to the host %s is refused, and no fault of this program',
  async (host) => {
    const web = webAppForTest();
    const { app, log, clock, progress } = web;
    const server = new WebServer(() => app, { host: '127.0.0.1', port: 0, log, clock, progress });
    await server.start();
    try {
      const socket = connect({ port: server.port, host: '127.0.0.1' });
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 4/);
      expect(log.lines.filter(({ fields }) => fields.code === 'internal')).toEqual([]);
    } finally {
      await server.stop();
    }
  },
);
