import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { exchangeCode } from '../../src/oauth/code-exchange.ts';
import { judgeAuthorizationResponse } from '../../src/oauth/authorization-response.ts';
import { refreshToken } from '../../src/oauth/refresh.ts';
import type { ClientAuthentication, TokenSet } from '../../src/oauth/token-set.ts';
import type { QuirkName } from '../../src/providers/quirks/names.ts';
import { type Quirk, type QuirkContext, withQuirks } from '../../src/providers/quirks/index.ts';
import { SimulatedClock } from './simulated-clock.ts';

/** A request as a provider sees it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body read as a form. */
  readonly form: URLSearchParams;
}

export interface Reply {
  readonly status?: number;
  readonly type?: string;
  /** Sent as JSON unless it is a string. */
  readonly body: unknown;
}

/** A provider's HTTP server on this machine that behaves as `behave` does; it ends with the test. */
export class TokenEndpoint {
  readonly origin: string;
  readonly seen: readonly SeenRequest[];

  private constructor(origin: string, seen: readonly SeenRequest[]) {
    this.origin = origin;
    this.seen = seen;
  }

  static async start(behave: (request: SeenRequest) => Reply): Promise<TokenEndpoint> {
    const seen: SeenRequest[] = [];
    const server = createServer((incoming, outgoing) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      incoming.on('end', () => {
        const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://localhost');
        const request: SeenRequest = {
          method: incoming.method ?? '',
          path: pathname,
          query: searchParams,
          headers: incoming.headers,
          body,
          form: new URLSearchParams(body),
        };
        seen.push(request);
        const reply = behave(request);
        const isText = typeof reply.body === 'string';
        outgoing.writeHead(reply.status ?? 200, {
          'content-type': reply.type ?? (isText ? 'text/html' : 'application/json'),
        });
        outgoing.end(isText ? reply.body : JSON.stringify(reply.body));
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    onTestFinished(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    });
    return new TokenEndpoint(`http://127.0.0.1:${port}`, seen);
  }
}

/** The client and redirect URI of every test. */
export const CLIENT = { clientId: 'the-client', clientSecret: 'the-secret' };
export const REDIRECT_URI = 'http://127.0.0.1:36536/auth/callback/m_skill_app';

/** What a test says of its provider. */
export interface Bent {
  readonly endpoint: string;
  readonly quirks: readonly QuirkName[] | Quirk;
  readonly authentication?: ClientAuthentication;
  readonly context?: QuirkContext;
}

/** Spends the code `the-code` as the broker does, through the quirks. */
export async function spendCode(bent: Bent): Promise<TokenSet> {
  const { context, server, client } = parts(bent);
  const params = new URLSearchParams({ code: 'the-code', state: 'the-state' });
  const code = await judgeAuthorizationResponse(server, client, params, 'the-state');
  const verifier = 'a-verifier-that-is-at-least-43-characters-long-0';
  const { tokenSet } = await exchangeCode(context, server, client, {
    code,
    redirectUri: REDIRECT_URI,
    codeVerifier: verifier,
  });
  return tokenSet;
}

/** Spends a refresh token as the broker does, through the quirks. */
export async function spendRefreshToken(bent: Bent, token = 'the-refresh-token'): Promise<TokenSet> {
  const { context, server, client } = parts(bent);
  const { tokenSet } = await refreshToken(context, server, client, { refreshToken: token });
  return tokenSet;
}

function parts({ endpoint, quirks, authentication = 'client_secret_post', context = {} }: Bent) {
  const isNames = (value: Bent['quirks']): value is readonly QuirkName[] => Array.isArray(value);
  const fetch = isNames(quirks)
    ? withQuirks(globalThis.fetch, quirks, context)
    : (quirks.fetch?.(globalThis.fetch, context) ?? globalThis.fetch);
  return {
    context: { fetch, clock: new SimulatedClock(Date.parse('2026-11-24T12:00:00Z')) },
    server: { authorizationEndpoint: new URL('/authorize', endpoint).href, tokenEndpoint: endpoint },
    client: { ...CLIENT, authentication },
  };
}
