import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

export interface NeighbourAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface NeighbourRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Another device of the network that asks whatever it likes of one port of ours. */
export class Neighbour {
  readonly #address: string;
  readonly #device: string;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();

  /**
   * @param address its own, such as 127.0.0.7
   * @param device where it finds us
   */
  constructor(address: string, device: string, port: number) {
    this.#address = address;
    this.#device = device;
    this.#port = port;
  }

  /** Sends one request and reads the whole answer; the path goes out as it is. */
  async ask(
    path: string,
    { method = 'GET', headers, body }: NeighbourRequest = {},
  ): Promise<NeighbourAnswer> {
    const outgoing = request({
      host: this.#device,
      port: this.#port,
      localAddress: this.#address,
      path,
      method,
      agent: false,
      headers: { ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }), ...headers },
    });
    outgoing.end(body);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: await text(incoming) };
  }

  /** The same by a form that is sent from our own page. */
  submit(path: string, fields: Readonly<Record<string, string>>, cookie = ''): Promise<NeighbourAnswer> {
    return this.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie === '' ? {} : { cookie }) },
      body: new URLSearchParams(fields).toString(),
    });
  }

  /** Opens a connection and says nothing yet. */
  async dial(): Promise<Socket> {
    const socket = connect({
      host: this.#device,
      port: this.#port,
      localAddress: this.#address,
      noDelay: true,
    });
    socket.on('error', () => {});
    this.#sockets.add(socket);
    await once(socket, 'connect');
    return socket;
  }

  /** Sends bytes as they are; everything that comes back until the other side hangs up. */
  async raw(bytes: string): Promise<string> {
    const socket = await this.dial();
    socket.write(bytes);
    return text(socket);
  }

  /** Ends every connection. */
  leave(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }
}
