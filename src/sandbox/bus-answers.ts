import { WebSocket } from 'ws';
import type { BusSettings } from '../config/settings.ts';

const PATIENCE = 2000;

/** Whether a message bus takes connections where the configuration says. */
export function busAnswers({ host, port, route, ssl }: BusSettings): Promise<boolean> {
  const name = host.includes(':') ? `[${host}]` : host;
  const socket = new WebSocket(`${ssl ? 'wss' : 'ws'}://${name}:${port}${route}`, {
    handshakeTimeout: PATIENCE,
  });
  return new Promise((resolve) => {
    socket.once('open', () => {
      socket.terminate();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
