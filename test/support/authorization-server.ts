/**
 * A real authorization server (oidc-provider) for tests: PKCE demanded, refresh tokens rotate and their reuse revokes
 * the grant, `iss` in every authorization response, two clicks to sign in.
 *
 *     const server = await startAuthorizationServer({ clients: [{ id: 'skill', secret: 's3cret', redirectUris: [uri] }] });
 *     server.authorizationEndpoint, server.tokenEndpoint, server.issuer       // for oauth.register
 *     await server.addClient({ id: 'other', redirectUris: [uri] });           // no secret: a public client
 *     const callback = await userAgent.approve(authorizationUrl);             // test/support/user-agent.ts, or a browser:
 *                                                                             // click "Sign in", then "Allow" (or "Deny")
 *     await userAgent.enterUserCode(verificationUri, userCode);    // with `deviceFlow`
 *     (await server.counters()).refreshes
 *     await server.close();
 *
 * `startAuthorizationServerProcess` is the same in a process of its own, for benches and for tests that kill it.
 */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors, Provider } from 'oidc-provider';
import { isJsonObject } from '../../src/json.ts';
import { createProviderStorage } from './provider-storage.ts';

export interface ServerClient {
  readonly id: string;
  /** Absent: a public client. */
  readonly secret?: string;
  /** Default: `client_secret_basic` with a secret, `none` without. */
  readonly authentication?: 'client_secret_basic' | 'client_secret_post' | 'none';
  /** Compared exactly. More can follow by `addRedirectUri`. */
  readonly redirectUris: readonly string[];
}

export interface AuthorizationServerOptions {
  /** Default 127.0.0.1; 127.0.0.2 or .3 for "another device". */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  readonly clients?: readonly ServerClient[];
  /** Besides `openid` and `offline_access`. Default `read` and `write`. Scopes it does not know are ignored. */
  readonly scopes?: readonly string[];
  /** Seconds. Default 3600. */
  readonly accessTokenLifetime?: number;
  /** Seconds. Default 14 days. */
  readonly refreshTokenLifetime?: number;
  /** Default true. */
  readonly rotateRefreshTokens?: boolean;
  /** Default true. False for peers that know no PKCE, such as the Python plugin. */
  readonly requirePkce?: boolean;
  /** RFC 8628, at `/device/auth`; the user enters the code at `/device`. Default false. */
  readonly deviceFlow?: boolean;
  /** Seconds that a device code lives. Default 600. */
  readonly deviceCodeLifetime?: number;
  /** RFC 7591, at `/reg`: anybody may register. Default false. */
  readonly registration?: boolean;
  /** RFC 7009, at `/token/revocation`. Default false. */
  readonly revocation?: boolean;
  /** RFC 9126 §5: requests that were not pushed to `/request` are refused. Default false: they are taken both ways. */
  readonly requirePushedRequests?: boolean;
  /** RFC 9449 §8. Default false. */
  readonly requireDpopNonce?: boolean;
  /** RFC 8707: the APIs that there are; their access tokens are JWTs. Default none. */
  readonly resources?: readonly string[];
}

export interface Counters {
  /** Every request at the token endpoint, good or bad. */
  readonly tokenRequests: number;
  /** Codes exchanged with success. */
  readonly exchanges: number;
  /** Refresh tokens spent with success. */
  readonly refreshes: number;
  /** Grants revoked because a code or a refresh token was presented twice. */
  readonly revokedGrants: number;
  /** The OAuth `error` of each refused token request, in order. */
  readonly errors: readonly string[];
}

export interface Delays {
  /** Milliseconds that a token request waits before the server looks at it. */
  readonly before?: number;
  /** Milliseconds that the answer waits after the server has done its work: the tokens exist, nobody has them. */
  readonly after?: number;
}

export interface AuthorizationServer {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  counters(): Promise<Counters>;
  addClient(client: ServerClient): Promise<void>;
  addRedirectUri(clientId: string, redirectUri: string): Promise<void>;
  /** Slows the token endpoint down from now on; `{}` ends it. */
  delayTokenRequests(delays: Delays): Promise<void>;
  /** A refresh token of a grant of its own, as a sign-in with these scopes would have brought. */
  grant(clientId: string, scope: string): Promise<string>;
  /** How many of these access tokens it would take now. */
  countAccepted(accessTokens: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

/** Starts the server in this process. */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions = {},
): Promise<AuthorizationServer> {
  const host = options.host ?? '127.0.0.1';
  const server = createServer();
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`;

  const clients = new Map((options.clients ?? []).map((client) => [client.id, client]));
  const storage = createProviderStorage((id) => {
    const client = clients.get(id);
    return client === undefined ? undefined : clientMetadata(client, options);
  });
  const provider = new Provider(issuer, configuration(options, storage));
  const counters = countersOf(provider);
  const answer = provider.callback();
  let delays: Delays = {};

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', issuer).pathname;
    if (path.startsWith('/interaction/')) return interact(provider, request, response);
    if (path !== '/token') return answer(request, response);
    counters.tokenRequests += 1;
    if (delays.before !== undefined) await sleep(delays.before);
    if (insistsOnBody(request, clients)) {
      counters.errors.push('invalid_client');
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}');
      return;
    }
    if (delays.after !== undefined) holdBack(response, delays.after);
    return answer(request, response);
  };
  server.on('request', (request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });

  return {
    ...endpointsOf(issuer),
    counters: async () => ({ ...counters, errors: [...counters.errors] }),
    addClient: async (client) => {
      clients.set(client.id, client);
    },
    addRedirectUri: async (clientId, redirectUri) => {
      const client = clients.get(clientId);
      if (client === undefined) throw new Error(`no client ${clientId}`);
      clients.set(clientId, { ...client, redirectUris: [...client.redirectUris, redirectUri] });
    },
    delayTokenRequests: async (next) => {
      delays = next;
    },
    grant: (clientId, scope) => grant(provider, clientId, scope),
    countAccepted: async (accessTokens) => {
      const found = await Promise.all(accessTokens.map((token) => provider.AccessToken.find(token)));
      return found.filter((token) => token !== undefined).length;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function endpointsOf(
  issuer: string,
): Pick<AuthorizationServer, 'issuer' | 'authorizationEndpoint' | 'tokenEndpoint'> {
  return { issuer, authorizationEndpoint: `${issuer}/auth`, tokenEndpoint: `${issuer}/token` };
}

/** oidc-provider takes Basic and body for one another; a client that is registered for the body must not get on by Basic. */
function insistsOnBody({ headers }: IncomingMessage, clients: ReadonlyMap<string, ServerClient>): boolean {
  const credentials = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (credentials === undefined) return false;
  const [id = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  return (
    clients.get(new URLSearchParams(`id=${id}`).get('id') ?? '')?.authentication === 'client_secret_post'
  );
}

const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

function clientMetadata(client: ServerClient, options: AuthorizationServerOptions): object {
  return {
    client_id: client.id,
    ...(client.secret === undefined ? {} : { client_secret: client.secret }),
    token_endpoint_auth_method:
      client.authentication ?? (client.secret === undefined ? 'none' : 'client_secret_basic'),
    redirect_uris: [...client.redirectUris],
    grant_types: [
      'authorization_code',
      'refresh_token',
      ...(options.deviceFlow === true ? [DEVICE_CODE_GRANT] : []),
    ],
    response_types: ['code'],
  };
}

const SCOPES = ['read', 'write'];

function configuration(options: AuthorizationServerOptions, adapter: (model: string) => object): object {
  return {
    adapter,
    scopes: ['openid', 'offline_access', ...(options.scopes ?? SCOPES)],
    pkce: { required: () => options.requirePkce ?? true },
    rotateRefreshToken: options.rotateRefreshTokens ?? true,
    issueRefreshToken: () => true,
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    features: features(options),
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    cookies: { keys: ['for tests only'] },
    jwks: {
      keys: [
        {
          ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
          use: 'sig',
        },
      ],
    },
    renderError: (context: { type: string; body: string }, out: object) => {
      context.type = 'text';
      context.body = JSON.stringify(out);
    },
    ttl: {
      AccessToken: options.accessTokenLifetime ?? 3600,
      AuthorizationCode: 60,
      DeviceCode: options.deviceCodeLifetime ?? 600,
      Grant: 14 * 86_400,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: options.refreshTokenLifetime ?? 14 * 86_400,
      Session: 86_400,
    },
  };
}

function features(options: AuthorizationServerOptions): object {
  const resources = options.resources ?? [];
  return {
    devInteractions: { enabled: false },
    deviceFlow: {
      enabled: options.deviceFlow ?? false,
      userCodeInputSource: (context: Page, form: string, _out: unknown, error?: object) => {
        context.body = devicePage(error === undefined ? 'Enter the code' : 'Wrong code', 'Input', form);
      },
      userCodeConfirmSource: (
        context: Page,
        form: string,
        _client: unknown,
        _info: unknown,
        code: string,
      ) => {
        context.body = devicePage(`Is it ${code}?`, 'Confirm', form);
      },
      successSource: (context: Page) => {
        context.body = '<!doctype html><title>Test provider</title><h1>Device connected</h1>';
      },
    },
    registration: { enabled: options.registration ?? false },
    revocation: { enabled: options.revocation ?? false },
    pushedAuthorizationRequests: {
      enabled: true,
      requirePushedAuthorizationRequests: options.requirePushedRequests ?? false,
    },
    dPoP: {
      enabled: true,
      nonceSecret: Buffer.alloc(32, 'for tests only'),
      requireNonce: () => options.requireDpopNonce ?? false,
    },
    resourceIndicators: {
      enabled: resources.length > 0,
      getResourceServerInfo: (_context: unknown, resource: string) => {
        if (!resources.includes(resource)) throw new errors.InvalidTarget();
        return { scope: (options.scopes ?? SCOPES).join(' '), accessTokenFormat: 'jwt' };
      },
    },
  };
}

interface Page {
  body: string;
}

/** The form comes without its button; `Abort` is beside the one that confirms. */
function devicePage(heading: string, step: 'Input' | 'Confirm', form: string): string {
  const button = (text: string, attributes = ''): string =>
    `<button form="op.device${step}Form"${attributes}>${text}</button>`;
  const abort = step === 'Confirm' ? button('Abort', ' name="abort" value="yes"') : '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test provider</title></head>
<body><h1>${heading}</h1>${form}${button('Continue')} ${abort}</body></html>`;
}

function countersOf(provider: Provider): {
  tokenRequests: number;
  exchanges: number;
  refreshes: number;
  revokedGrants: number;
  errors: string[];
} {
  const counters = { tokenRequests: 0, exchanges: 0, refreshes: 0, revokedGrants: 0, errors: [] as string[] };
  provider.on('grant.success', (context) => {
    if (grantTypeOf(context) === 'refresh_token') counters.refreshes += 1;
    else counters.exchanges += 1;
  });
  provider.on('grant.error', (_context, error) => {
    counters.errors.push(
      isJsonObject(error) && typeof error['error'] === 'string' ? error['error'] : 'unknown',
    );
  });
  provider.on('grant.revoked', () => {
    counters.revokedGrants += 1;
  });
  return counters;
}

function grantTypeOf(context: unknown): unknown {
  return (context as { oidc?: { params?: { grant_type?: unknown } } }).oidc?.params?.grant_type;
}

/** Lets the server finish its work and keeps its answer for `delay` milliseconds. */
function holdBack(response: ServerResponse, delay: number): void {
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.end = (...args: unknown[]) => {
    setTimeout(() => end(...args), delay);
    return response;
  };
}

async function grant(provider: Provider, clientId: string, scope: string): Promise<string> {
  const client = await provider.Client.find(clientId);
  const accountId = 'user';
  const granted = new provider.Grant({ accountId, clientId });
  granted.addOIDCScope(scope);
  const refreshToken = new provider.RefreshToken({
    accountId,
    client,
    scope,
    grantId: await granted.save(),
    gty: 'authorization_code',
    rotations: 0,
  });
  return refreshToken.save();
}

/** The login page and the consent page. */
async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const interaction = await provider.interactionDetails(request, response);
  const isLogin = interaction.prompt.name === 'login';
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(isLogin));
    return;
  }
  const answer = new URLSearchParams(await bodyOf(request)).get('answer');
  if (answer === 'deny') {
    const denial = { error: 'access_denied', error_description: 'End-User said no' };
    await provider.interactionFinished(request, response, denial);
  } else if (isLogin) {
    await provider.interactionFinished(request, response, { login: { accountId: 'user' } });
  } else {
    const clientId = interaction.params['client_id'] ?? '';
    const grant =
      (interaction.grantId === undefined ? undefined : await provider.Grant.find(interaction.grantId)) ??
      new provider.Grant({ accountId: interaction.session?.accountId ?? 'user', clientId });
    const { scope = '', resource } = interaction.params;
    grant.addOIDCScope(scope);
    if (resource !== undefined) grant.addResourceScope(resource, scope);
    const consent = { consent: { grantId: await grant.save() } };
    await provider.interactionFinished(request, response, consent, { mergeWithLastSubmission: true });
  }
}

function page(isLogin: boolean): string {
  const buttons = isLogin
    ? '<button name="answer" value="login">Sign in</button>'
    : '<button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Deny</button>';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test provider</title></head>
<body><h1>${isLogin ? 'Sign in' : 'Allow access?'}</h1><form method="post">${buttons}</form></body></html>`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  return body;
}
