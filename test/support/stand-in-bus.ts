import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Flood, startFlood } from './bus-flood.ts';
import type { MessageBus } from './messagebus.ts';

const MOST_BUFFERED = 16 * 1024 * 1024;

/** What a load test needs of a bus. */
export interface StandInBus extends Pick<MessageBus, 'port' | 'url' | 'config'> {
  /** Sends messages to the first client, which is the broker, alone: as if many others were on the bus. */
  flood(perSecond: number): Flood;
  stop(): Promise<void>;
}

/**
 * NOT the real bus: relays every text to every client, as ovos-messagebus does, for rates that the real one, which is
 * Python on one core, does not reach.
 */
export async function startStandInBus(): Promise<StandInBus> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/core', perMessageDeflate: false });
  await once(server, 'listening');
  const clients = new Set<WebSocket>();
  let broker: WebSocket | undefined;
  server.on('connection', (socket) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text.includes('"oauth.ping"')) broker ??= socket;
      for (const client of clients) client.send(text);
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `ws://127.0.0.1:${port}/core`,
    config: { websocket: { host: '127.0.0.1', port, route: '/core' } },
    flood: (perSecond) =>
      startFlood(
        perSecond,
        (frame) => broker?.send(frame),
        () => (broker?.bufferedAmount ?? 0) > MOST_BUFFERED,
      ),
    async stop() {
      for (const client of clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
