import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { WebServer } from '../../src/web/index.ts';
import { eventually } from '../support/eventually.ts';
import { LINK_CODE, webAppForTest } from '../support/web-app.ts';

// Found by test/fuzz/http.test.ts: anybody on the LAN could fill the log with faults that are none.
test('a client that hangs up in the middle of a form is no fault of this program', async () => {
  const web = webAppForTest();
  const { app, log, clock, progress } = web;
  const server = new WebServer(() => app, { host: '127.0.0.1', port: 0, log, clock, progress });
  await server.start();
  try {
    const host = `localhost:${server.port}`;
    const socket = connect({ port: server.port, host: '127.0.0.1' });
    await once(socket, 'connect');
    socket.write(
      `POST /s/${LINK_CODE}/paste HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\naddress=`,
    );
    setTimeout(() => socket.destroy(), 100);
    const answered = (): boolean => log.lines.some(({ message }) => message === 'Answered');
    await eventually('the request has come to its end', () => answered() || undefined);
    expect(log.lines.filter(({ fields }) => fields.code === 'internal')).toEqual([]);
  } finally {
    await server.stop();
  }
});
