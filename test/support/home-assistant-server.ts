import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { isIP } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { type WebSocket, WebSocketServer } from 'ws';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';
import { isPrivateHost } from '../../src/oauth/private-host.ts';

/** `ACCESS_TOKEN_EXPIRATION` of homeassistant/auth/const.py, in seconds. */
const ACCESS_TOKEN_LIFETIME = 1800;

/**
 * As much of a Home Assistant as signing in needs, with the rules of its sources: `components/auth/__init__.py`
 * (tokens), `login_flow.py`, `indieauth.py`, `components/websocket_api`. There is no Home Assistant to install here.
 */
export interface HomeAssistantServer {
  readonly port: number;
  readonly user: { readonly username: string; readonly password: string };
  /** Every request to `/auth/token`, oldest first. */
  readonly tokenRequests: readonly TokenRequest[];
  /** Long-lived access tokens by the name of the client that asked for them. */
  readonly longLivedTokens: ReadonlyMap<string, string>;
  /** True while `token` opens the WebSocket API. */
  accepts(token: string): boolean;
  stop(): Promise<void>;
}

export interface TokenRequest {
  readonly form: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  readonly status: number;
}

export async function startHomeAssistant(): Promise<HomeAssistantServer> {
  const user = { username: 'resident', password: 'correct horse' };
  const flows = new Map<string, { clientId: string; redirectUri: string }>();
  const codes = new Map<string, string>();
  const refreshTokens = new Map<string, string>();
  const accessTokens = new Set<string>();
  const longLivedTokens = new Map<string, string>();
  const tokenRequests: TokenRequest[] = [];

  const issueAccessToken = (): JsonObject => {
    const token = randomUUID();
    accessTokens.add(token);
    return { access_token: token, token_type: 'Bearer', expires_in: ACCESS_TOKEN_LIFETIME };
  };

  const grant = (form: Readonly<Record<string, string>>): { status: 200 | 400; body: JsonObject } => {
    const refuse = (error: string, description?: string) => ({
      status: 400 as const,
      body: { error, ...(description === undefined ? {} : { error_description: description }) },
    });
    const { client_id: clientId, grant_type: grantType } = form;
    if (grantType === 'authorization_code') {
      if (clientId === undefined || !isClientId(clientId)) {
        return refuse('invalid_request', 'Invalid client id');
      }
      const code = form['code'] ?? '';
      // A code is kept under the client id as it was written in the authorization request.
      if (codes.get(code) !== clientId) return refuse('invalid_request', 'Invalid code');
      codes.delete(code);
      const refreshToken = randomUUID();
      refreshTokens.set(refreshToken, clientId);
      const body = { ...issueAccessToken(), refresh_token: refreshToken, ha_auth_provider: 'homeassistant' };
      return { status: 200, body };
    }
    if (grantType === 'refresh_token') {
      const owner = refreshTokens.get(form['refresh_token'] ?? '');
      if (owner === undefined) return refuse('invalid_grant');
      if (owner !== clientId) return refuse('invalid_request');
      return { status: 200, body: issueAccessToken() };
    }
    return refuse('unsupported_grant_type');
  };

  const app = new Hono();
  app.get('/auth/authorize', (c) => c.html(LOGIN_PAGE));
  app.post('/auth/login_flow', async (c) => {
    const { client_id: clientId, redirect_uri: redirectUri } = await readJson(c.req.raw);
    if (typeof clientId !== 'string' || typeof redirectUri !== 'string') {
      return c.json({ message: 'Message format incorrect' }, 400);
    }
    if (!isClientId(clientId)) return c.json({ message: 'Invalid client id' }, 400);
    const flowId = randomUUID();
    flows.set(flowId, { clientId, redirectUri });
    return c.json({ type: 'form', flow_id: flowId, step_id: 'init', errors: {} });
  });
  app.post('/auth/login_flow/:flow', async (c) => {
    const body = await readJson(c.req.raw);
    const flow = flows.get(c.req.param('flow'));
    if (flow === undefined) return c.json({ message: 'Invalid flow specified' }, 404);
    if (body['username'] !== user.username || body['password'] !== user.password) {
      return c.json({ type: 'form', step_id: 'init', errors: { base: 'invalid_auth' } });
    }
    if (!isRedirectUriOf(flow.clientId, flow.redirectUri)) {
      return c.json({ message: 'Invalid redirect URI' }, 403);
    }
    flows.delete(c.req.param('flow'));
    const code = randomUUID().replaceAll('-', '');
    codes.set(code, flow.clientId);
    return c.json({ type: 'create_entry', result: code });
  });
  app.post('/auth/token', async (c) => {
    // aiohttp's request.post() gives nothing for any other kind of body.
    const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded') === true;
    const form = isForm ? Object.fromEntries(new URLSearchParams(await c.req.text())) : {};
    const { status, body } = grant(form);
    tokenRequests.push({ form, authorization: c.req.header('authorization'), status });
    return c.json(body, status);
  });

  const listener = getRequestListener(app.fetch);
  const server = createServer((request, response) => void listener(request, response));
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== '/api/websocket') {
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      speakWebSocketApi(client, {
        accepts: (token) => accessTokens.has(token),
        createLongLivedToken(clientName) {
          const token = randomUUID();
          accessTokens.add(token);
          longLivedTokens.set(clientName, token);
          return token;
        },
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  return {
    port: address.port,
    user,
    tokenRequests,
    longLivedTokens,
    accepts: (token) => accessTokens.has(token),
    async stop() {
      for (const client of sockets.clients) client.terminate();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Session {
  accepts(token: string): boolean;
  createLongLivedToken(clientName: string): string;
}

/** homeassistant/components/websocket_api: authentication first, then numbered commands. */
function speakWebSocketApi(socket: WebSocket, session: Session): void {
  const send = (message: JsonObject): void => socket.send(JSON.stringify(message));
  let isAuthenticated = false;
  send({ type: 'auth_required', ha_version: '2025.4.4' });
  socket.on('message', (frame: Buffer) => {
    const message: unknown = JSON.parse(frame.toString('utf8'));
    if (!isJsonObject(message)) return;
    const { id, type } = message;
    if (!isAuthenticated) {
      const token = message['access_token'];
      isAuthenticated = type === 'auth' && typeof token === 'string' && session.accepts(token);
      if (isAuthenticated) {
        send({ type: 'auth_ok', ha_version: '2025.4.4' });
        return;
      }
      send({ type: 'auth_invalid', message: 'Invalid access token or password' });
      socket.close();
      return;
    }
    if (typeof id !== 'number' || typeof type !== 'string') return;
    const result = answerCommand(type, message, session);
    send(
      result === undefined
        ? {
            id,
            type: 'result',
            success: false,
            error: { code: 'unknown_command', message: 'Unknown command.' },
          }
        : { id, type: 'result', success: true, result },
    );
  });
}

function answerCommand(type: string, command: JsonObject, session: Session): JsonValue | undefined {
  switch (type) {
    case 'auth/long_lived_access_token': {
      const { client_name: clientName, lifespan } = command;
      if (typeof clientName !== 'string' || typeof lifespan !== 'number') return undefined;
      return session.createLongLivedToken(clientName);
    }
    case 'config/area_registry/list':
      return [{ area_id: 'kitchen', name: 'Kitchen' }];
    case 'config/device_registry/list':
      return [{ id: 'lamp', area_id: 'kitchen' }];
    case 'config/entity_registry/list':
      return [{ entity_id: 'light.lamp', device_id: 'lamp', disabled_by: null, options: {} }];
    case 'get_states':
      return [{ entity_id: 'light.lamp', state: 'on', attributes: {} }];
    case 'subscribe_events':
      return null;
    default:
      return undefined;
  }
}

/** `_parse_client_id` of homeassistant/components/auth/indieauth.py. */
function isClientId(clientId: string): boolean {
  const url = URL.canParse(clientId) ? new URL(clientId) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return false;
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  if (/\/\.{1,2}(\/|$)/.test(clientId)) return false;
  const address = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(address) === 0 || isPrivateHost(url.hostname);
}

/** `verify_redirect_uri`: same scheme, host and port as the client id, compared as text. */
function isRedirectUriOf(clientId: string, redirectUri: string): boolean {
  return originOf(clientId) !== undefined && originOf(clientId) === originOf(redirectUri);
}

function originOf(url: string): string | undefined {
  return /^[a-z]+:\/\/[^/?#]*/.exec(url.toLowerCase())?.[0];
}

async function readJson(request: Request): Promise<JsonObject> {
  const body: unknown = await request.json();
  return isJsonObject(body) ? body : {};
}

/** What the frontend's `ha-authorize` does, down to the `storeToken` that it appends to the redirect. */
const LOGIN_PAGE = `<!doctype html>
<title>Home Assistant</title>
<form>
  <label>Username <input name="username" autocomplete="username"></label>
  <label>Password <input name="password" type="password"></label>
  <label><input name="storeToken" type="checkbox" checked> Keep me logged in</label>
  <button>Log in</button>
  <p role="alert"></p>
</form>
<script type="module">
  const query = new URLSearchParams(location.search);
  const form = document.querySelector('form');
  const post = async (path, body) => {
    const response = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
    return { ok: response.ok, ...(await response.json()) };
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const client = { client_id: query.get('client_id'), redirect_uri: query.get('redirect_uri') };
    const flow = await post('/auth/login_flow', { ...client, handler: ['homeassistant', null] });
    const { username, password, storeToken } = form.elements;
    const end = flow.ok
      ? await post('/auth/login_flow/' + flow.flow_id, {
          client_id: client.client_id, username: username.value, password: password.value,
        })
      : flow;
    if (end.type !== 'create_entry') {
      document.querySelector('p').textContent = end.message ?? end.errors.base;
      return;
    }
    let url = client.redirect_uri;
    url += url.includes('?') ? '&' : '?';
    url += 'code=' + encodeURIComponent(end.result);
    if (query.get('state')) url += '&state=' + encodeURIComponent(query.get('state'));
    if (storeToken.checked) url += '&storeToken=true';
    location.assign(url);
  });
</script>
`;
