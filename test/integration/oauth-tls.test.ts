import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOutboundFetch } from '../../src/net/outbound.ts';
import { selfSignedCertificate } from '../support/certificate.ts';

const CERTIFICATE = selfSignedCertificate('127.0.0.1');

let server: Server;
let url: string;
let folder: string;

beforeAll(async () => {
  server = createServer(CERTIFICATE, (_request, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  folder = await mkdtemp(join(tmpdir(), 'ovos-oauth-tls-'));
  await writeFile(join(folder, 'ca.pem'), CERTIFICATE.cert);
  await build({
    stdin: {
      contents: `import { createOutboundFetch } from './outbound.ts';
        process.stdout.write(await (await createOutboundFetch()(process.argv[2])).text());`,
      resolveDir: fileURLToPath(new URL('../../src/net', import.meta.url)),
    },
    outfile: join(folder, 'get.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

it('a certificate that nobody vouches for is refused before anything is sent', async () => {
  await expect(createOutboundFetch()(url)).rejects.toMatchObject({
    code: 'provider_unreachable',
    details: { reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  });
});

it('NODE_EXTRA_CA_CERTS vouches for the certificate of a home server', async () => {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'get.mjs'), url], { env });
  expect(stdout).toBe('hello');
});

it('but not under another address', async () => {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
  const elsewhere = createServer(CERTIFICATE, (_request, response) => response.end('hello')).listen(
    0,
    '127.0.0.2',
  );
  await once(elsewhere, 'listening');
  const other = `https://127.0.0.2:${(elsewhere.address() as AddressInfo).port}/`;
  const run = promisify(execFile)(process.execPath, [join(folder, 'get.mjs'), other], { env });
  await expect(run).rejects.toThrow(/ERR_TLS_CERT_ALTNAME_INVALID/);
  elsewhere.close();
});
