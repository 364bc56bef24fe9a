import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a request to the provider meets. */
export type FrontMode =
  | 'open'
  /** 503; the provider never sees the request. */
  | 'unavailable'
  /** The same with `Retry-After: 1`. */
  | 'asks to wait'
  /** The connection is reset; the provider never sees the request. */
  | 'resets'
  /** Nobody listens at the address. */
  | 'refuses'
  /** Taken and never answered, until the mode changes: then reset. The provider never sees the request. */
  | 'silent'
  /** The provider does its work, and the connection is reset in the middle of the answer. */
  | 'cuts answers';

/** The network and the load balancer in front of a provider, with their bad days. */
export class ProviderFront {
  readonly #target: string;
  readonly #mayCut: (incoming: IncomingMessage) => boolean;
  readonly #server = createServer((incoming, response) => void this.#take(incoming, response));
  readonly #agent = new Agent({ keepAlive: true });
  readonly #held = new Set<ServerResponse>();
  #mode: FrontMode = 'open';
  #port = 0;
  /** Requests that met something else than an open provider. */
  turnedAway = 0;

  /**
   * @param target the token endpoint behind
   * @param mayCut whether the answer to a request may be cut off, which at a provider without a grace ends the sign-in
   */
  constructor(target: string, mayCut: (incoming: IncomingMessage) => boolean) {
    this.#target = target;
    this.#mayCut = mayCut;
  }

  /** @returns the token endpoint as the broker sees it */
  async start(): Promise<string> {
    await this.#listen();
    return `http://127.0.0.1:${this.#port}/token`;
  }

  async set(mode: FrontMode): Promise<void> {
    const before = this.#mode;
    this.#mode = mode;
    for (const response of this.#held) response.socket?.resetAndDestroy();
    this.#held.clear();
    if (mode === 'refuses' && before !== 'refuses') await this.#closeServer();
    if (mode !== 'refuses' && before === 'refuses') await this.#listen();
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    if (this.#mode !== 'refuses') await this.#closeServer();
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #closeServer(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const mode = this.#mode;
    try {
      const body = await buffer(incoming);
      if (mode !== 'open') this.turnedAway += 1;
      if (mode === 'unavailable') response.writeHead(503).end();
      else if (mode === 'asks to wait') response.writeHead(503, { 'retry-after': '1' }).end();
      else if (mode === 'resets' || mode === 'refuses') response.socket?.resetAndDestroy();
      else if (mode === 'silent') this.#held.add(response);
      else await this.#forward(incoming, body, response, mode === 'cuts answers' && this.#mayCut(incoming));
    } catch {
      response.destroy();
    }
  }

  async #forward(
    incoming: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    isCut: boolean,
  ): Promise<void> {
    const { host: _host, connection: _connection, ...headers } = incoming.headers;
    const outgoing = request(this.#target, { method: incoming.method, agent: this.#agent, headers });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const content = await buffer(answer);
    response.writeHead(answer.statusCode ?? 502, { ...answer.headers, connection: 'close' });
    if (!isCut) {
      response.end(content);
      return;
    }
    response.write(content.subarray(0, content.length / 2), () => response.socket?.resetAndDestroy());
  }
}
