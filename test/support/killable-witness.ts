import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isJsonObject } from '../../src/json.ts';

/** A refresh token as the authorization server sees it. */
interface Issued {
  readonly token: string;
  /** Who spent it. */
  spender?: Sender;
  /** The token that it was spent for. */
  successor?: Issued;
  /** The answer that brought the successor, for a provider with a grace. */
  answer?: Answer;
  revoked: boolean;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Who sends requests: the broker, or a Python program by itself. */
export type Sender = 'broker' | 'python';

/** A spent refresh token that is presented once more. */
export interface Reuse {
  readonly connection: string;
  readonly token: string;
  /** The refresh tokens that came of it, in order. */
  readonly successors: readonly string[];
  readonly first: Sender;
  readonly second: Sender;
}

/** A refresh that the server did. */
export interface Answered {
  readonly connection: string;
  readonly refreshToken: string;
  readonly accessToken: string;
}

/** What came of a request at the token endpoint. */
export type Seen =
  | { readonly kind: 'signed in'; readonly connection: string }
  | { readonly kind: 'refreshed'; readonly connection: string; readonly sender: Sender }
  /** A spent token was presented again and the provider ended the grant. */
  | { readonly kind: 'reuse'; readonly connection: string }
  /** As `reuse`, but the provider gave the same answer once more. */
  | { readonly kind: 'grace'; readonly connection: string }
  | { readonly kind: 'refused'; readonly connection: string; readonly error: string };

export interface WitnessOptions {
  readonly tokenEndpoint: string;
  /** Clients whose provider takes a spent token once more and answers as it did (a rotation grace). */
  readonly hasGrace: (connection: string) => boolean;
  /** Milliseconds that a request, and its answer, are on their way. Default 0. */
  readonly latency?: () => number;
  /** Called before the server sees the request, so that what the broker knows at this moment can be looked up. */
  readonly onReuse?: (reuse: Reuse) => void;
  readonly onSeen?: (seen: Seen) => void;
  /** Called before the answer is on its way. */
  readonly onAnswered?: (answered: Answered) => void;
}

/**
 * Stands between the broker and a real authorization server's token endpoint and keeps account of every refresh token:
 * what it was spent for, and whether it is still good. One client is one connection.
 */
export class TokenWitness {
  readonly #options: WitnessOptions;
  readonly #issued = new Map<string, Issued>();
  readonly #newest = new Map<string, Issued>();
  readonly #turns = new Map<string, Promise<void>>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server = createServer((incoming, response) => void this.#take(incoming, response));
  requests = 0;

  constructor(options: WitnessOptions) {
    this.#options = options;
  }

  /** @returns the address to give to the broker as its token endpoint */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/token`;
  }

  /** Makes a refresh token known that did not come this way. */
  adopt(connection: string, token: string): void {
    const issued: Issued = { token, revoked: false };
    this.#issued.set(token, issued);
    this.#newest.set(connection, issued);
  }

  /** Cuts every connection; who waits for an answer does not get it. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
    await once(this.#server, 'close');
  }

  /** Resolves when nobody is connected and every request is answered: also those that a dead process has sent. */
  async idle(): Promise<void> {
    const count = promisify(this.#server.getConnections.bind(this.#server));
    do {
      await Promise.all(this.#turns.values());
      await sleep(0);
    } while ((await count()) > 0);
    await Promise.all(this.#turns.values());
  }

  /** Whether the server would take this refresh token now, without calling it reuse. */
  isGood(token: string): boolean {
    const issued = this.#issued.get(token);
    return issued !== undefined && issued.successor === undefined && !issued.revoked;
  }

  /** Whether a token, or one that came of it, is in a set. */
  isSuperseded(token: string, by: (token: string) => boolean): boolean {
    return this.#successorsOf(token).some(by);
  }

  /** The refresh token that the server issued last for a connection. */
  newest(connection: string): string | undefined {
    return this.#newest.get(connection)?.token;
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      // The process died with half of the request sent: the server never sees it.
      return;
    }
    const body = Buffer.concat(chunks);
    const connection = clientOf(incoming);
    await this.#travel();
    const before = this.#turns.get(connection) ?? Promise.resolve();
    const turn = before
      .then(() => this.#answer(connection, incoming, body, response))
      .catch(() => {
        response.destroy();
      });
    this.#turns.set(connection, turn);
  }

  async #answer(
    connection: string,
    incoming: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    this.requests += 1;
    const { onReuse, onSeen, hasGrace } = this.#options;
    const params = new URLSearchParams(body.toString());
    const spent = this.#issued.get(params.get('refresh_token') ?? '');
    const successors = spent === undefined ? [] : this.#successorsOf(spent.token);
    const sender: Sender =
      incoming.headers['user-agent']?.startsWith('python') === true ? 'python' : 'broker';
    if (spent?.spender !== undefined && successors.length > 0)
      onReuse?.({ connection, token: spent.token, successors, first: spent.spender, second: sender });
    if (spent?.answer !== undefined && successors.length === 1 && hasGrace(connection)) {
      onSeen?.({ kind: 'grace', connection });
      response.writeHead(spent.answer.status, spent.answer.headers).end(spent.answer.body);
      return;
    }
    const answer = await this.#forward(incoming, body);
    if (spent !== undefined) spent.spender ??= sender;
    onSeen?.(this.#note(connection, sender, spent, successors, answer));
    void this.#travel().then(() => response.writeHead(answer.status, answer.headers).end(answer.body));
  }

  async #travel(): Promise<void> {
    const { latency } = this.#options;
    if (latency !== undefined) await sleep(latency());
  }

  #note(
    connection: string,
    sender: Sender,
    spent: Issued | undefined,
    successors: readonly string[],
    answer: Answer,
  ): Seen {
    const content: unknown = JSON.parse(answer.body.toString());
    const member = (name: string): string => {
      const value = isJsonObject(content) ? content[name] : undefined;
      return typeof value === 'string' ? value : '';
    };
    if (answer.status !== 200) {
      for (let issued = spent; issued !== undefined; issued = issued.successor) issued.revoked = true;
      if (successors.length > 0) return { kind: 'reuse', connection };
      return { kind: 'refused', connection, error: member('error') };
    }
    const issued: Issued = { token: member('refresh_token'), revoked: false };
    this.#issued.set(issued.token, issued);
    this.#newest.set(connection, issued);
    const { onAnswered } = this.#options;
    onAnswered?.({ connection, refreshToken: issued.token, accessToken: member('access_token') });
    if (spent === undefined) return { kind: 'signed in', connection };
    spent.successor = issued;
    spent.answer = answer;
    return { kind: 'refreshed', connection, sender };
  }

  #successorsOf(token: string): string[] {
    const successors: string[] = [];
    for (let next = this.#issued.get(token)?.successor; next !== undefined; next = next.successor)
      successors.push(next.token);
    return successors;
  }

  async #forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const { authorization, 'content-type': contentType } = incoming.headers;
    const outgoing = request(this.#options.tokenEndpoint, {
      method: 'POST',
      agent: this.#agent,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        'content-type': contentType ?? 'application/x-www-form-urlencoded',
        'content-length': body.length,
      },
    });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
    const { 'content-type': type = 'application/json', date } = answer.headers;
    return {
      status: answer.statusCode ?? 0,
      headers: { 'content-type': type, ...(date === undefined ? {} : { date }) },
      body: Buffer.concat(chunks),
    };
  }
}

/** The client of RFC 6749 §2.3.1's Basic authentication. */
function clientOf({ headers }: IncomingMessage): string {
  const credentials = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  return Buffer.from(credentials, 'base64').toString('utf8').split(':')[0] ?? '';
}
