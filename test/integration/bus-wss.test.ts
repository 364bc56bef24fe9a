import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { busPerTest, opened } from '../support/bus-per-test.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startPythonClient } from '../support/python-client.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

const CERTIFICATE = fileURLToPath(new URL('../support/tls/certificate.pem', import.meta.url));
const KEY = fileURLToPath(new URL('../support/tls/key.pem', import.meta.url));
const on = busPerTest();

describe('wss', () => {
  async function startTlsBus(): Promise<{ port: number; ca: string }> {
    const ca = await readFile(CERTIFICATE, 'utf8');
    const server = createServer({ key: await readFile(KEY, 'utf8'), cert: ca }, (socket) => {
      const inner = connect(on.bus.port, on.bus.host);
      socket.pipe(inner).pipe(socket);
      for (const end of [socket, inner])
        end.on('error', () => {}).on('close', () => [socket, inner].map((s) => s.destroy()));
    });
    server.on('tlsClientError', () => {});
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    on.after(() => new Promise((resolve) => server.close(resolve)));
    return { port, ca };
  }

  /** A Python program with the same bus in its configuration and `bundle` as the certificates it trusts. */
  async function pythonOn(port: number, bundle: string): Promise<void> {
    await on.bus.home.writeConfig({ ...on.bus.config, websocket: { ...on.bus.config.websocket, port } });
    const env = { ...on.bus.env, WEBSOCKET_CLIENT_CA_BUNDLE: bundle };
    const python = await startPythonClient({ env, ssl: true, connectTimeout: 5000 });
    await python.stop();
  }

  it('connects to a server whose certificate it is told to trust, as Python does', async () => {
    const { port, ca } = await startTlsBus();
    await on.expectAnswer(await opened(on.client({ port, ssl: true, ca })));
    await expect(pythonOn(port, CERTIFICATE)).resolves.toBeUndefined();
  });

  it('connects to no other, as Python does not', async () => {
    const { port } = await startTlsBus();
    const log = recordedLog();
    const client = on.client({ port, ssl: true }, { log, clock: new SimulatedClock() });
    client.start();
    await eventually('the attempt fails', () => log.lines.length > 0);
    expect(client.stats.connections).toBe(0);
    await expect(pythonOn(port, '')).rejects.toThrow('no connection');
  });
});
