import { lookup as lookUpAddress } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import { uptime } from 'node:os';
import { OAuthBrokerError } from '../errors.ts';
import { isPrivateHost } from '../oauth/private-host.ts';

export interface OutboundSettings {
  /** Milliseconds for the whole exchange, from the name look-up to the last byte. Default 15000. */
  readonly timeout?: number;
  /** The largest body that is taken. Default 1 MiB; a token answer has a few kB. */
  readonly maxBytes?: number;
  readonly userAgent?: string;
  /** Default: the system's. */
  readonly lookUp?: typeof lookUpAddress;
}

/**
 * Makes the fetch by which everything leaves this program. It is built on `node:http`, which takes 7 MiB less memory
 * than the global fetch, and the Response that it resolves to has its body complete.
 *
 * TLS is Node's default, `NODE_EXTRA_CA_CERTS` included. No redirect is followed: a code or a secret would go along. No
 * connection is kept: where one died meanwhile, nobody knows whether a refresh token was spent. No compression is asked
 * for: nothing can be inflated.
 *
 * Plain http goes to this network only. A name that says it is on it, such as `homeassistant.local`, is looked up once for
 * each connection, and the connection is made to an address that was found and checked, and to no other: whoever answers
 * for the name can't have a secret sent to a stranger. For https the certificate settles that. `HTTPS_PROXY` is not
 * heeded: what stands in the environment must not decide where secrets go.
 *
 * The fetch throws OAuthBrokerError with `details.provider`, the host: `endpoint_invalid`; `endpoint_insecure` for plain
 * http to a host or an address that is not on this network; `provider_unreachable`: nothing was sent;
 * `provider_timeout`; `provider_redirected`; `provider_bad_response`: a body that is too large, compressed or cut off.
 */
export function createOutboundFetch(settings: OutboundSettings = {}): typeof globalThis.fetch {
  const {
    timeout = 15_000,
    maxBytes = 1024 * 1024,
    userAgent = 'ovos-oauth',
    lookUp = lookUpAddress,
  } = settings;
  return async (input, init = {}) => {
    if (typeof input !== 'string' && !(input instanceof URL))
      throw new TypeError('only a URL can be fetched');
    const url = new URL(input);
    const isSecure = url.protocol === 'https:';
    if (!isSecure && url.protocol !== 'http:') {
      throw new OAuthBrokerError('endpoint_invalid', { field: url.protocol, provider: url.host });
    }
    if (!isSecure && !isPrivateHost(url.hostname)) throw insecure(url);
    const headers = new Headers(init.headers);
    headers.set('user-agent', userAgent);
    headers.set('accept-encoding', 'identity');
    const outgoing = {
      url,
      method: init.method ?? 'GET',
      headers,
      body: textOf(init.body),
      lookup: isSecure ? lookUp : nearby(url, lookUp),
    };
    return withDeadline(url.host, timeout, init.signal, (signal) =>
      exchange(outgoing, maxBytes, signal, now() + timeout),
    );
  };
}

/** Milliseconds by which a timer is late only where the process was frozen. */
const FROZEN_FOR = 2_000;

interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
  readonly lookup: LookupFunction;
}

function insecure(url: URL): OAuthBrokerError {
  return new OAuthBrokerError('endpoint_insecure', { field: url.origin, host: url.host, provider: url.host });
}

/** Finds the addresses of a name that are on this network, and says that it is insecure where there are only others. */
function nearby(url: URL, lookUp: typeof lookUpAddress): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '');
      const near = found.filter(({ address }) => isPrivateHost(isIPv6(address) ? `[${address}]` : address));
      const [first] = near;
      if (first === undefined) return callback(insecure(url), '');
      if (options.all === true) return callback(null, near);
      return callback(null, first.address, first.family);
    });
  };
}

function textOf(body: unknown): string {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('only text can be sent');
}

async function withDeadline<T>(
  provider: string,
  timeout: number,
  callerSignal: AbortSignal | null | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const started = now();
  let timer = setTimeout(() => {
    // After a freeze the answer may have arrived long ago and only wait to be read: it would be lost for good.
    if (now() - started < timeout + FROZEN_FOR) controller.abort();
    else timer = setTimeout(() => controller.abort(), FROZEN_FOR);
  }, timeout);
  const abort = (): void => controller.abort();
  callerSignal?.addEventListener('abort', abort, { once: true });
  try {
    callerSignal?.throwIfAborted();
    const result = await run(controller.signal);
    // Closing the connection ends a body without a length like any other.
    controller.signal.throwIfAborted();
    return result;
  } catch (thrown) {
    callerSignal?.throwIfAborted();
    throw controller.signal.aborted ? new OAuthBrokerError('provider_timeout', { provider }) : thrown;
  } finally {
    clearTimeout(timer);
    callerSignal?.removeEventListener('abort', abort);
  }
}

/**
 * One request and its whole answer. The connection is closed when this settles.
 *
 * @param sendBefore {@link now} after which nothing is sent, even by a process that was frozen in between: a refresh token
 *   may be another one's to spend by then
 */
async function exchange(
  outgoing: Outgoing,
  maxBytes: number,
  signal: AbortSignal,
  sendBefore: number,
): Promise<Response> {
  const { url, method, headers, body, lookup } = outgoing;
  const provider = url.host;
  const isSecure = url.protocol === 'https:';
  let isConnected = false;
  const request = (isSecure ? requestHttps : requestHttp)(url, {
    method,
    headers: Object.fromEntries(headers),
    agent: false,
    lookup,
    signal,
  });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).on('error', reject);
      request.once('socket', (socket) => {
        socket.once(isSecure ? 'secureConnect' : 'connect', () => {
          if (now() > sendBefore) {
            reject(new OAuthBrokerError('provider_timeout', { provider }));
            return;
          }
          isConnected = true;
          request.end(body);
        });
      });
    });
    return await receive(provider, response, maxBytes);
  } catch (thrown) {
    if (thrown instanceof OAuthBrokerError) throw thrown;
    throw new OAuthBrokerError(isConnected ? 'provider_bad_response' : 'provider_unreachable', {
      provider,
      ...reasonOf(thrown),
    });
  } finally {
    request.destroy();
  }
}

async function receive(provider: string, response: IncomingMessage, maxBytes: number): Promise<Response> {
  const status = response.statusCode ?? 0;
  const badResponse = (reason: string): OAuthBrokerError =>
    new OAuthBrokerError('provider_bad_response', { provider, reason });
  if (status >= 300 && status < 400) throw new OAuthBrokerError('provider_redirected', { provider, status });
  if (status < 200 || status > 599) throw badResponse('status');
  if ((response.headers['content-encoding'] ?? 'identity') !== 'identity') throw badResponse('compressed');
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw badResponse('too_large');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw badResponse('too_large');
    chunks.push(chunk);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers)) headers.set(name, String(value));
  return new Response(status === 204 || status === 205 ? null : Buffer.concat(chunks), { status, headers });
}

/** Milliseconds since the machine booted: the time for which it or this process slept counts. */
function now(): number {
  return uptime() * 1_000;
}

/** The system's word for it, such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`: safe to log, and half the diagnosis. */
function reasonOf(thrown: unknown): { readonly reason?: string } {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? { reason: code } : {};
}
