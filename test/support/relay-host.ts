import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSignedCertificate } from './certificate.ts';

const PAGE = new URL('../../relay/index.html', import.meta.url);

/** A static https host, as `relay/` is meant for: it knows nothing but how to send that one file. */
export interface RelayHost {
  /** Of the page. */
  readonly url: string;
  /** For a browser that shall trust this host's certificate and no other. */
  readonly browserFlags: readonly string[];
  /** What was asked for since the start, path and query. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export async function startRelayHost(ipv4: string): Promise<RelayHost> {
  const certificate = selfSignedCertificate(ipv4);
  const requests: string[] = [];
  const answer = async (target: string): Promise<Buffer> => {
    requests.push(target);
    return readFile(PAGE);
  };
  const server = createServer(certificate, (request, response) => {
    void answer(request.url ?? '').then((page) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page),
    );
  });
  server.listen(0, ipv4);
  await once(server, 'listening');
  const host = `${ipv4}:${(server.address() as AddressInfo).port}`;
  const key = new X509Certificate(certificate.cert).publicKey.export({ type: 'spki', format: 'der' });
  return {
    url: `https://${host}/relay/`,
    browserFlags: [
      `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`,
      // What a page of the internet may not do in a home network, this one may not do in the test.
      `--ip-address-space-overrides=${host}=public`,
    ],
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
