import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export interface EmbeddedBus {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * A message bus that does what ovos-messagebus does: every frame goes to every client, the sender too, and who joins
 * hears `connected`. On this machine only.
 * @param port 0 for a free one
 */
export async function startEmbeddedBus(port: number, route: string): Promise<EmbeddedBus> {
  const server = new WebSocketServer({ host: '127.0.0.1', port, path: route });
  server.on('connection', (client) => {
    client.on('message', (frame: Buffer) => {
      for (const receiver of server.clients) receiver.send(frame, { binary: false });
    });
    // ws closes a client that misbehaves by itself; without a listener its error would end this program.
    client.on('error', () => {});
    client.send(JSON.stringify({ type: 'connected', data: {}, context: { session: {} } }));
  });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
