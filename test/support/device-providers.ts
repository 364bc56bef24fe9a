/**
 * The device flows of vendors that depart from RFC 8628, as their documentation describes them (the pages are named in
 * `src/oauth/device-dialects/`). What a vendor does not document is refused.
 *
 *     const google = await startDeviceProvider('google');
 *     google.server, google.client, google.userCode       // for requestDeviceAuthorization and pollDeviceToken
 *     google.now('approved');                             // what the next polls find
 *     google.requests                                     // what arrived
 *     await google.close();
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeviceDialectName } from '../../src/oauth/device-dialects/index.ts';
import type { AuthorizationServer, Client } from '../../src/oauth/types.ts';

export type Vendor = Exclude<DeviceDialectName, 'rfc8628'>;

/** What the user did, or what the vendor thinks of the polling. */
export type Situation = 'pending' | 'too_fast' | 'approved' | 'denied' | 'expired' | 'unknown_code';

const DEVICE_CODE = 'the-device-code';
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code';
const CLIENT = { clientId: 'the-client', clientSecret: 'the-secret' };

interface Answer {
  readonly status: number;
  readonly body?: object;
  /** Sent instead of JSON. */
  readonly form?: Record<string, string>;
}

interface Asked {
  readonly origin: string;
  readonly headers: IncomingHttpHeaders;
  readonly parameters: Readonly<Record<string, unknown>>;
}

interface Behaviour {
  readonly client: Client;
  readonly devicePath: string;
  readonly pollPath: string;
  /** Where refresh tokens are spent, and where the broker believes that codes are. */
  readonly tokenPath: string;
  readonly userCode: string;
  readonly contentType: string;
  /** Exactly these parameters are taken. */
  readonly deviceParameters: Readonly<Record<string, string>>;
  readonly pollParameters: Readonly<Record<string, string>>;
  authorize(asked: Asked): Answer;
  poll(situation: Situation, asked: Asked): Answer;
}

const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';
const TOKEN = { access_token: 'at', refresh_token: 'rt', token_type: 'bearer', expires_in: 3600 };
const SCOPE = 'read write';

const BEHAVIOURS: Readonly<Record<Vendor, Behaviour>> = {
  google: {
    client: CLIENT,
    devicePath: '/device/code',
    pollPath: '/token',
    tokenPath: '/token',
    userCode: 'GQVQ-JKEC',
    contentType: FORM,
    deviceParameters: { client_id: 'the-client', scope: SCOPE },
    pollParameters: {
      client_id: 'the-client',
      client_secret: 'the-secret',
      device_code: DEVICE_CODE,
      grant_type: GRANT_TYPE,
    },
    authorize: ({ origin }) => ({
      status: 200,
      body: {
        device_code: DEVICE_CODE,
        user_code: 'GQVQ-JKEC',
        verification_url: `${origin}/device`,
        expires_in: 1800,
        interval: 5,
      },
    }),
    poll: (situation) =>
      ({
        pending: {
          status: 428,
          body: { error: 'authorization_pending', error_description: 'Precondition Required' },
        },
        too_fast: { status: 403, body: { error: 'slow_down', error_description: 'Forbidden' } },
        approved: { status: 200, body: { ...TOKEN, scope: SCOPE } },
        denied: { status: 403, body: { error: 'access_denied', error_description: 'Forbidden' } },
        expired: { status: 400, body: { error: 'invalid_grant' } },
        unknown_code: { status: 400, body: { error: 'invalid_grant' } },
      })[situation],
  },
  trakt: {
    client: CLIENT,
    devicePath: '/oauth/device/code',
    pollPath: '/oauth/device/token',
    tokenPath: '/oauth/token',
    userCode: '5055CC52',
    contentType: 'application/json',
    deviceParameters: { client_id: 'the-client' },
    pollParameters: { code: DEVICE_CODE, client_id: 'the-client', client_secret: 'the-secret' },
    authorize: ({ origin }) => ({
      status: 200,
      body: {
        device_code: DEVICE_CODE,
        user_code: '5055CC52',
        verification_url: `${origin}/activate`,
        expires_in: 600,
        interval: 5,
      },
    }),
    poll: (situation) =>
      ({
        pending: { status: 400 },
        too_fast: { status: 429 },
        approved: { status: 200, body: { ...TOKEN, scope: 'public', created_at: 1_487_889_741 } },
        denied: { status: 418 },
        expired: { status: 410 },
        unknown_code: { status: 404 },
      })[situation],
  },
  twitch: {
    client: { clientId: 'the-client' },
    devicePath: '/oauth2/device',
    pollPath: '/oauth2/token',
    tokenPath: '/oauth2/token',
    userCode: 'ABCDEFGH',
    contentType: FORM,
    deviceParameters: { client_id: 'the-client', scopes: SCOPE },
    pollParameters: {
      client_id: 'the-client',
      scopes: SCOPE,
      device_code: DEVICE_CODE,
      grant_type: GRANT_TYPE,
    },
    authorize: ({ origin }) => ({
      status: 200,
      body: {
        device_code: DEVICE_CODE,
        expires_in: 1800,
        interval: 5,
        user_code: 'ABCDEFGH',
        verification_uri: `${origin}/activate?public=true&device-code=ABCDEFGH`,
      },
    }),
    poll: (situation) =>
      ({
        pending: { status: 400, body: { status: 400, message: 'authorization_pending' } },
        // Not in the documentation, but seen by those who use it.
        too_fast: { status: 400, body: { status: 400, message: 'slow_down' } },
        approved: { status: 200, body: { ...TOKEN, scope: SCOPE.split(' ') } },
        denied: { status: 400, body: { status: 400, message: 'access_denied' } },
        expired: { status: 400, body: { status: 400, message: 'invalid device code' } },
        unknown_code: { status: 400, body: { status: 400, message: 'invalid device code' } },
      })[situation],
  },
  microsoft: {
    client: { clientId: 'the-client' },
    devicePath: '/common/oauth2/v2.0/devicecode',
    pollPath: '/common/oauth2/v2.0/token',
    tokenPath: '/common/oauth2/v2.0/token',
    userCode: 'YZMYLD4K',
    contentType: FORM,
    deviceParameters: { client_id: 'the-client', scope: SCOPE },
    pollParameters: { client_id: 'the-client', device_code: DEVICE_CODE, grant_type: GRANT_TYPE },
    authorize: ({ origin }) => ({
      status: 200,
      body: {
        user_code: 'YZMYLD4K',
        device_code: DEVICE_CODE,
        verification_uri: `${origin}/link`,
        expires_in: 900,
        interval: 5,
        message:
          'To sign in, use a web browser to open the page and enter the code YZMYLD4K to authenticate.',
      },
    }),
    poll: (situation) =>
      ({
        pending: { status: 400, body: { error: 'authorization_pending', error_codes: [70016] } },
        too_fast: { status: 400, body: { error: 'slow_down' } },
        approved: { status: 200, body: { ...TOKEN, scope: SCOPE, ext_expires_in: 3600 } },
        denied: { status: 400, body: { error: 'authorization_declined' } },
        expired: { status: 400, body: { error: 'expired_token' } },
        unknown_code: { status: 400, body: { error: 'bad_verification_code' } },
      })[situation],
  },
  github: {
    client: { clientId: 'the-client' },
    devicePath: '/login/device/code',
    pollPath: '/login/oauth/access_token',
    tokenPath: '/login/oauth/access_token',
    userCode: 'WDJB-MJHT',
    contentType: FORM,
    deviceParameters: { client_id: 'the-client', scope: SCOPE },
    pollParameters: { client_id: 'the-client', device_code: DEVICE_CODE, grant_type: GRANT_TYPE },
    authorize: ({ origin, headers }) =>
      asked(headers, {
        device_code: DEVICE_CODE,
        user_code: 'WDJB-MJHT',
        verification_uri: `${origin}/login/device`,
        expires_in: 900,
        interval: 5,
      }),
    poll: (situation, { headers }) =>
      asked(
        headers,
        {
          pending: { error: 'authorization_pending' },
          too_fast: { error: 'slow_down', interval: 10 },
          approved: { access_token: 'at', token_type: 'bearer', scope: 'repo,gist' },
          denied: { error: 'access_denied' },
          expired: { error: 'expired_token' },
          unknown_code: { error: 'incorrect_device_code' },
        }[situation],
      ),
  },
};

/** GitHub: form-encoded unless the request accepts JSON, and 200 whatever it says. */
function asked({ accept }: IncomingHttpHeaders, fields: Record<string, string | number>): Answer {
  if (accept === 'application/json') return { status: 200, body: fields };
  const form = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
  return { status: 200, form };
}

export interface DeviceProvider {
  readonly server: AuthorizationServer;
  readonly client: Client;
  readonly scope: string;
  readonly userCode: string;
  /** What the polls from now on find. */
  now(situation: Situation): void;
  /** Answers form-encoded although JSON was asked for, as proxies and old versions do. */
  insistOnForms(): void;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export async function startDeviceProvider(vendor: Vendor): Promise<DeviceProvider> {
  const behaviour = BEHAVIOURS[vendor];
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const requests: string[] = [];
  let situation: Situation = 'pending';
  let formsOnly = false;

  const answer = (path: string, headers: IncomingHttpHeaders, body: string): Answer => {
    const isJson = behaviour.contentType === 'application/json';
    const parameters = (isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body))) as Record<
      string,
      unknown
    >;
    const request = { origin, headers: formsOnly ? {} : headers, parameters };
    const isDevice = path === behaviour.devicePath;
    if (!isDevice && path !== behaviour.pollPath) return { status: 404 };
    const expected = isDevice ? behaviour.deviceParameters : behaviour.pollParameters;
    const isAsDocumented =
      headers['content-type'] === behaviour.contentType &&
      headers.authorization === undefined &&
      JSON.stringify(sorted(parameters)) === JSON.stringify(sorted(expected));
    if (!isAsDocumented) return { status: 400, body: { error: 'unsupported_by_the_documentation' } };
    return isDevice ? behaviour.authorize(request) : behaviour.poll(situation, request);
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
    requests.push(`${request.url} ${body}`);
    const { status, body: json, form } = answer(request.url ?? '', request.headers, body);
    const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
    response.writeHead(status, { 'content-type': `${type}; charset=utf-8` });
    const text = json === undefined ? '' : JSON.stringify(json);
    response.end(form === undefined ? text : new URLSearchParams(form).toString());
  };
  http.on('request', (request, response) => {
    handle(request, response).catch(() => response.destroy());
  });

  return {
    server: {
      authorizationEndpoint: `${origin}/authorize`,
      tokenEndpoint: `${origin}${behaviour.tokenPath}`,
      deviceAuthorizationEndpoint: `${origin}${behaviour.devicePath}`,
    },
    client: behaviour.client,
    scope: SCOPE,
    userCode: behaviour.userCode,
    now: (next) => {
      situation = next;
    },
    insistOnForms: () => {
      formsOnly = true;
    },
    requests,
    close: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}

function sorted(fields: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
}
