import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Provider } from 'oidc-provider';
import { sandboxPage } from './provider-page.ts';

export interface SandboxProvider {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  close(): Promise<void>;
}

/**
 * A real authorization server with a pretend user, on this machine only.
 * @param client a public client: PKCE takes the place of a secret
 */
export async function startSandboxProvider(client: {
  readonly id: string;
  readonly redirectUris: readonly string[];
}): Promise<SandboxProvider> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = await createProvider(issuer, {
    clients: [
      {
        client_id: client.id,
        token_endpoint_auth_method: 'none',
        redirect_uris: client.redirectUris,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    features: { devInteractions: { enabled: false } },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    // The one page asks for both, so whoever signed in has also allowed.
    loadExistingGrant: async () => {
      const grant = new provider.Grant({ accountId: ACCOUNT, clientId: client.id });
      grant.addOIDCScope(SCOPE);
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  const handle = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
    request.url?.startsWith('/interaction/') === true
      ? interact(provider, request, response)
      : answer(request, response);
  server.on('request', (request, response) => {
    handle(request, response).catch(() => response.writeHead(400).end('This page is not valid any more.'));
  });
  return {
    authorizationEndpoint: `${issuer}/auth`,
    tokenEndpoint: `${issuer}/token`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Loads oidc-provider without what it tells developers: that it prefers Node 22, and that its keys are for play. */
async function createProvider(issuer: string, configuration: object): Promise<Provider> {
  const { info, warn } = console;
  Object.assign(console, { info() {}, warn() {} });
  try {
    const { Provider } = await import('oidc-provider');
    return new Provider(issuer, configuration);
  } finally {
    Object.assign(console, { info, warn });
  }
}

const ACCOUNT = 'newcomer';
export const SCOPE = 'openid offline_access';

/** Shows the page; its two buttons come back as POST. */
async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(sandboxPage());
    return;
  }
  let form = '';
  for await (const chunk of request.setEncoding('utf8')) form += String(chunk);
  const allowed = new URLSearchParams(form).get('answer') === 'allow';
  await provider.interactionFinished(
    request,
    response,
    allowed ? { login: { accountId: ACCOUNT } } : { error: 'access_denied' },
  );
}
