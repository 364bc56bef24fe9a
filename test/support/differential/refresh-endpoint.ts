import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that does nothing but renew tokens: for apps that have a refresh endpoint apart from the token endpoint. */
export async function startRefreshEndpoint(): Promise<{ readonly url: string; close(): Promise<void> }> {
  let issued = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      issued += 1;
      const token = { access_token: `renewed-${issued}`, token_type: 'Bearer', expires_in: 3600 };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(token));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/refresh`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
