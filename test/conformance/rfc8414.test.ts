/** RFC 8414: OAuth 2.0 Authorization Server Metadata, and OpenID Connect Discovery 1.0. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createOutboundFetch } from '../../src/net/outbound.ts';
import { discover, type ServerMetadata } from '../../src/oauth/discovery.ts';
import { startAuthorizationServer } from '../support/authorization-server.ts';
import { failure } from '../support/failure.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

const clock = new SimulatedClock();
const context = { fetch: createOutboundFetch(), clock };
const asked: string[] = [];
let replies: Record<string, Reply | 'hang'> = {};
let http: Server;
let origin: string;

beforeAll(async () => {
  http = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const reply = replies[path] ?? { status: 404, body: '<h1>Not found</h1>' };
    if (reply === 'hang') return;
    const { status = 200, headers, body } = reply;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});

afterEach(() => {
  replies = {};
  asked.length = 0;
});

afterAll(() => {
  http.closeAllConnections();
  http.close();
});

const documentOf = (issuer: string, fields: object = {}): object => ({
  issuer,
  authorization_endpoint: `${new URL(issuer).origin}/authorize`,
  token_endpoint: `${new URL(issuer).origin}/token`,
  ...fields,
});

/** As if the public `issuer` had answered; nothing leaves the machine. */
const askPublic = (issuer: string, fields: object = {}): Promise<ServerMetadata> =>
  discover({ clock, fetch: async () => Response.json(documentOf(issuer, fields)) }, issuer);

const OPENID = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';

it('§2: the metadata of a real server', async () => {
  const server = await startAuthorizationServer({
    deviceFlow: true,
    registration: true,
    revocation: true,
    requirePushedRequests: true,
  });
  const { issuer } = server;
  const metadata = await discover(context, issuer);
  await server.close();
  expect(metadata).toMatchObject({
    issuer,
    authorizationEndpoint: `${issuer}/auth`,
    tokenEndpoint: `${issuer}/token`,
    revocationEndpoint: `${issuer}/token/revocation`,
    deviceAuthorizationEndpoint: `${issuer}/device/auth`,
    pushedAuthorizationRequestEndpoint: `${issuer}/request`,
    requirePushed: true,
    registrationEndpoint: `${issuer}/reg`,
    issParameterSupported: true,
    codeChallengeMethods: ['S256'],
  });
  expect(metadata.tokenEndpointAuthMethods).toContain('client_secret_basic');
  expect(metadata.grantTypes).toContain('urn:ietf:params:oauth:grant-type:device_code');
  expect(metadata.scopes).toEqual(expect.arrayContaining(['openid', 'read', 'write']));
  expect(metadata.dpopAlgs).toContain('ES256');
});

describe('§2 authorization server metadata', () => {
  it('what is left out has the default of the RFC', async () => {
    replies[OAUTH] = { body: documentOf(origin) };
    const metadata = await discover(context, origin);
    expect(metadata).toEqual({
      issuer: origin,
      authorizationEndpoint: `${origin}/authorize`,
      tokenEndpoint: `${origin}/token`,
      requirePushed: false,
      issParameterSupported: false,
      codeChallengeMethods: [],
      tokenEndpointAuthMethods: ['client_secret_basic'],
      grantTypes: ['authorization_code', 'implicit'],
      scopes: [],
      dpopAlgs: [],
      expiresAt: metadata.expiresAt,
    });
  });

  it('null counts as left out', async () => {
    replies[OAUTH] = { body: documentOf(origin, { revocation_endpoint: null, scopes_supported: null }) };
    expect(await discover(context, origin)).toMatchObject({ scopes: [] });
  });

  it.each([
    ['authorization_endpoint', undefined],
    ['token_endpoint', undefined],
    ['token_endpoint', 12],
    ['scopes_supported', 'read write'],
    ['require_pushed_authorization_requests', 'true'],
  ])('a document with %s %j says so', async (field, value) => {
    replies[OPENID] = { body: documentOf(origin, { [field]: value }) };
    const error = await failure(discover(context, origin));
    expect(error).toMatchObject({ code: 'discovery_failed', details: { reason: 'incomplete', field } });
  });

  it.each([
    'ftp://provider.example',
    'https://provider.example/?tenant=1',
    'https://provider.example/#x',
    'https://user@provider.example',
    'provider.example',
    'https://',
    '',
  ])('%j is no issuer', async (issuer) => {
    expect(await failure(discover(context, issuer))).toMatchObject({
      code: 'endpoint_invalid',
      details: { field: 'issuer' },
    });
  });

  it('§2: an http issuer that is not on this network is none either', async () => {
    expect(await failure(discover(context, 'http://provider.example'))).toMatchObject({
      code: 'endpoint_insecure',
      details: { field: 'issuer', host: 'provider.example' },
    });
  });
});

describe('§3 obtaining authorization server metadata', () => {
  it('an issuer without a path is asked at two addresses', async () => {
    await failure(discover(context, origin));
    expect(asked).toEqual([OPENID, OAUTH]);
  });

  it('an issuer with a path is asked with the well-known part appended and inserted', async () => {
    await failure(discover(context, `${origin}/realms/home`));
    expect(asked).toEqual([
      `/realms/home${OPENID}`,
      `${OAUTH}/realms/home`,
      `${OPENID}/realms/home`,
      `/realms/home${OAUTH}`,
    ]);
  });

  it('§3.1: a slash at the end of the issuer is removed from the address, not from the issuer', async () => {
    const issuer = `${origin}/realms/home/`;
    replies[`${OAUTH}/realms/home`] = { body: documentOf(issuer) };
    expect(await discover(context, issuer)).toMatchObject({ issuer });
  });

  it.each([
    ['OpenID Connect', `/realms/home${OPENID}`],
    ['RFC 8414', `${OAUTH}/realms/home`],
    ['OpenID Connect in the form of RFC 8414 §5', `${OPENID}/realms/home`],
    ['RFC 8414 in the form of OpenID Connect', `/realms/home${OAUTH}`],
  ])('%s is found', async (_which, path) => {
    const issuer = `${origin}/realms/home`;
    replies[path] = { body: documentOf(issuer) };
    expect(await discover(context, issuer)).toMatchObject({ issuer });
  });

  it.each([
    ['a login page', { body: '<!doctype html>' }],
    ['a redirect', { status: 302, headers: { location: '/login' } }],
    ['an error of the server', { status: 500, body: '' }],
    ['a refusal', { status: 403, body: { error: 'forbidden' } }],
    ['a document of another issuer', { body: documentOf('https://other.example') }],
  ])('%s at the first address does not hide the document at the next', async (_what, reply) => {
    replies[OPENID] = reply;
    replies[OAUTH] = { body: documentOf(origin) };
    expect(await discover(context, origin)).toMatchObject({ issuer: origin });
  });

  it.each([
    ['nothing anywhere', {}, 'not_found'],
    ['a page where a document should be', { [OPENID]: { body: '<!doctype html>' } }, 'unreadable'],
    ['a list', { [OAUTH]: { body: '[]' } }, 'unreadable'],
  ])('%s is said to be so', async (_what, answers, reason) => {
    replies = answers;
    expect(await failure(discover(context, origin))).toMatchObject({
      code: 'discovery_failed',
      details: { reason, provider: new URL(origin).host },
    });
  });

  it('an outage is no proof that there is no document', async () => {
    replies[OPENID] = { status: 503, headers: { 'retry-after': '7' }, body: '' };
    expect(await failure(discover(context, origin))).toMatchObject({
      code: 'provider_error',
      details: { retry_after: 7 },
    });
    replies[OPENID] = 'hang';
    const impatient = { fetch: createOutboundFetch({ timeout: 200 }), clock };
    expect(await failure(discover(impatient, origin))).toMatchObject({ code: 'provider_timeout' });
    expect(asked).toEqual([OPENID, OAUTH, OPENID]);
  });
});

describe('§3.2 authorization server metadata response', () => {
  const lifetime = async (headers: Record<string, string>): Promise<number> => {
    replies[OPENID] = { headers, body: documentOf(origin) };
    const { expiresAt } = await discover(context, origin);
    return (expiresAt - clock.now()) / 1000;
  };

  it.each([
    ['a day where it does not say', {}, 86_400],
    ['as long as it says', { 'cache-control': 'public, max-age=3600' }, 3600],
    ['five minutes at least', { 'cache-control': 'max-age=0, must-revalidate' }, 300],
    ['five minutes where it must not be stored', { 'cache-control': 'no-store, max-age=3600' }, 300],
    ['a week at most', { 'cache-control': 'max-age=31536000' }, 604_800],
    ['a day where what it says is garbage', { 'cache-control': 'max-age=soon' }, 86_400],
    ['five minutes where it ends at no date', { expires: 'never' }, 300],
    ['five minutes where it has ended', { expires: '0' }, 300],
  ])('is kept for %s', async (_what, headers, seconds) => {
    expect(await lifetime(headers)).toBe(seconds);
  });

  it('is kept until the date that it says', async () => {
    expect(await lifetime({ expires: new Date(clock.now() + 7_200_000).toUTCString() })).toBe(7200);
  });
});

describe('§3.3 validation', () => {
  it.each([
    ['another one', 'https://other.example'],
    ['with a slash more', `{origin}/`],
    ['none', undefined],
    ['not a string', 12],
  ])('an issuer that is %s is refused', async (_what, issuer) => {
    const announced = typeof issuer === 'string' ? issuer.replace('{origin}', origin) : issuer;
    replies[OPENID] = { body: { ...documentOf(origin), issuer: announced } };
    expect(await failure(discover(context, origin))).toMatchObject({
      code: 'discovery_failed',
      details: { reason: 'other_issuer' },
    });
  });
});

describe('§6.1 and §6.2 endpoints', () => {
  const ISSUER = 'https://provider.example';

  it.each([
    ['plain http', 'http://provider.example/token'],
    ['an address on the home network', 'https://192.168.1.1/token'],
    ['this device', 'https://127.0.0.1/token'],
    ['this device, written in IPv6', 'https://[::1]/token'],
    ['this device, written as a number', 'https://2130706433/token'],
    ['the address of a cloud machine', 'https://169.254.169.254/token'],
    ['a name on the home network', 'https://router.local/token'],
    ['a name and password', 'https://user:secret@provider.example/token'],
    ['a file', 'file:///etc/passwd'],
    ['a fragment', 'https://provider.example/token#x'],
    ['nothing', ''],
  ])('a public issuer must not name %s', async (_what, endpoint) => {
    for (const field of [
      'authorization_endpoint',
      'token_endpoint',
      'revocation_endpoint',
      'device_authorization_endpoint',
      'pushed_authorization_request_endpoint',
      'registration_endpoint',
    ]) {
      const error = await failure(askPublic(ISSUER, { [field]: endpoint }));
      expect(error).toMatchObject({ code: 'discovery_failed', details: { reason: 'endpoint', field } });
    }
  });

  it('a public issuer may name other public hosts', async () => {
    const fields = { token_endpoint: 'https://oauth2.provider.example/token' };
    expect(await askPublic(ISSUER, fields)).toMatchObject({ tokenEndpoint: fields.token_endpoint });
  });

  it('an issuer on the home network may name hosts there, over http too, and public ones over https only', async () => {
    const issuer = 'http://keycloak.local:8080/realms/home';
    expect(await askPublic(issuer, { token_endpoint: 'http://192.168.1.9/token' })).toBeDefined();
    expect(await askPublic(issuer, { token_endpoint: 'https://provider.example/token' })).toBeDefined();
    const attempt = askPublic(issuer, { token_endpoint: 'http://provider.example/token' });
    expect(await failure(attempt)).toMatchObject({ details: { field: 'token_endpoint' } });
  });
});
