import { getRequestListener } from '@hono/node-server';
import type { Log } from '../log.ts';
import type { WebApp } from './env.ts';
import { plainAddress } from './guards/address.ts';

export type Listener = ReturnType<typeof getRequestListener>;

/** Makes of the app what `node:http` calls with each request. */
export function listenerOf(app: WebApp, log: Log): Listener {
  return getRequestListener(
    (request, { incoming }) =>
      app.fetch(request, {
        remoteAddress: plainAddress(incoming.socket.remoteAddress ?? ''),
        httpVersion: incoming.httpVersion,
      }),
    { overrideGlobalObjects: false, errorHandler: (error) => refuse(error, log) },
  );
}

/** What is no request at all for the app, such as an address that is none. */
function refuse(error: unknown, log: Log): Response {
  const isTheirs = error instanceof Error && (error.name === 'RequestError' || isInvalidUrl(error));
  if (!isTheirs) log.error('A request failed', { code: 'internal' });
  return new Response(null, {
    status: isTheirs ? 400 : 500,
    headers: { Connection: 'close', 'Cache-Control': 'no-store' },
  });
}

/** The URL of a request is made of its `Host`, when somebody first looks at it; not every header makes one. */
function isInvalidUrl(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_INVALID_URL';
}
