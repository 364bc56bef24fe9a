import { connect, type Socket } from 'node:net';

type Kind = 'lively' | 'slow header' | 'slow body' | 'slow reader';

const SLOW: readonly Kind[] = ['slow header', 'slow body', 'slow reader'];
/** Milliseconds between two signs of life of one connection. */
const PACE = 1_000;

/**
 * Connections to one HTTP server, kept at their number: who is hung up on comes back. Each has an address of its own in
 * 127.64.0.0/10, as the devices of a network have.
 */
export class HttpCrowd {
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  #isLeaving = false;
  /** By status; 0 stands for connections that the server ended. */
  readonly answers = new Map<number, number>();

  constructor(port: number) {
    this.#port = port;
  }

  /** How many are connected now. */
  get size(): number {
    return [...this.#sockets].filter(({ readyState }) => readyState === 'open').length;
  }

  /** @param slow how many of them send or read next to nothing */
  come(all: number, slow: number): void {
    for (let n = 0; n < all; n += 1)
      this.#enter(n, n < slow ? (SLOW[n % SLOW.length] ?? 'lively') : 'lively');
  }

  leave(): void {
    this.#isLeaving = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  #enter(n: number, kind: Kind): void {
    const localAddress = `127.${64 + (n >> 8)}.${n & 255}.1`;
    const socket = connect({ port: this.#port, host: '127.0.0.1', localAddress });
    this.#sockets.add(socket);
    let timer: NodeJS.Timeout | undefined;
    socket.on('error', () => {});
    socket.on('connect', () => {
      start(socket, kind, this.#port);
      // Not all at the same instant.
      timer = setInterval(() => goOn(socket, kind, this.#port), PACE + (n % 100));
    });
    if (kind === 'slow reader') socket.pause();
    else {
      socket.on('data', (bytes: Buffer) => {
        for (const [, status] of bytes.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
          this.#count(Number(status));
        }
      });
    }
    socket.on('close', () => {
      clearInterval(timer);
      this.#sockets.delete(socket);
      if (this.#isLeaving) return;
      this.#count(0);
      setTimeout(() => !this.#isLeaving && this.#enter(n, kind), PACE / 4);
    });
  }

  #count(status: number): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
  }
}

const get = (port: number): string => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;

function start(socket: Socket, kind: Kind, port: number): void {
  if (kind === 'lively') socket.write(get(port));
  if (kind === 'slow header') socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Slow: `);
  if (kind === 'slow body') {
    socket.write(
      `POST /s/ABCDEFGHJK HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10000\r\n\r\n`,
    );
  }
  // A pipeline whose answers nobody takes.
  if (kind === 'slow reader') socket.write(get(port).repeat(20));
}

function goOn(socket: Socket, kind: Kind, port: number): void {
  if (kind === 'lively') socket.write(get(port));
  else if (kind === 'slow reader') socket.read(1);
  else socket.write('x');
}
