import { once } from 'node:events';
import { WebSocket } from 'ws';
import { eventually } from './eventually.ts';

/** A bare WebSocket on the bus: sees frames as they are and sends whatever a test likes. */
export interface RawClient {
  /** Text of every frame, oldest first. */
  readonly frames: readonly string[];
  /** Code of the close that ended it. */
  readonly closeCode: number | undefined;
  send(frame: string | Buffer): void;
  /** The first frame that matches, once it is there. */
  waitFor(matches: (frame: string) => boolean): Promise<string>;
  close(): Promise<void>;
}

export async function openRawClient(url: string): Promise<RawClient> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const frames: string[] = [];
  let closeCode: number | undefined;
  socket.on('message', (data) => {
    if (Buffer.isBuffer(data)) frames.push(data.toString());
  });
  // Tests break this connection on purpose; the close tells enough.
  socket.on('error', () => {});
  socket.on('close', (code) => {
    closeCode = code;
  });
  await once(socket, 'open');
  return {
    frames,
    get closeCode() {
      return closeCode;
    },
    send: (frame) => socket.send(frame),
    waitFor: (matches) => eventually('a frame that matches', () => frames.find(matches)),
    async close() {
      if (closeCode !== undefined) return;
      socket.close();
      await eventually('the raw client closes', () => closeCode !== undefined);
    },
  };
}
