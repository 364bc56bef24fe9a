import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * A network between a client and a server on the loopback that can be taken away: connections are passed on byte by
 * byte until somebody cuts them or the line goes silent.
 */
export class BreakableLink {
  readonly #target: number;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #isSilent = false;
  port = 0;

  /** @param target port on 127.0.0.1 that the link leads to */
  constructor(target: number) {
    this.#target = target;
    this.#server = createServer((near) => this.#join(near));
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Breaks every connection with a reset, as a router does that was switched off and on; new ones may come at once. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  /** From now on nothing arrives any more, and neither end is told: no FIN, no reset. */
  silence(): void {
    this.#isSilent = true;
  }

  /** The line is back; the far end knows nothing of the old connections and resets them. */
  heal(): void {
    this.#isSilent = false;
    this.cut();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket): void {
    const far = connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
    near.setNoDelay(true);
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    this.#pass(near, far);
    this.#pass(far, near);
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        if (!this.#isSilent) for (const other of pair) other.destroy();
      });
    }
  }

  #pass(from: Socket, to: Socket): void {
    from.on('data', (bytes: Buffer) => {
      if (!this.#isSilent && !to.destroyed) to.write(bytes);
    });
    from.on('end', () => {
      if (!this.#isSilent) to.end();
    });
  }
}
