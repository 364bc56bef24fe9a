/** A provider that turns on its clients, or on other providers: what it answers decides where this device goes next. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { type HostileServer, startHostileServer } from '../support/hostile-server.ts';
import { type Household, SKILL, startHousehold } from '../support/household.ts';
import { userAgent } from '../support/user-agent.ts';

let home: Household;
let evil: HostileServer;
/** An issuer whose metadata the test writes. */
let issuer: Server;
let metadata: (origin: string) => object = () => ({});

beforeAll(async () => {
  home = await startHousehold();
  evil = await startHostileServer('127.0.0.5');
  issuer = createServer((_request, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(metadata(issuerOrigin()))),
  ).listen(0, '127.0.0.6');
  await once(issuer, 'listening');
});

afterAll(async () => {
  issuer?.closeAllConnections();
  issuer?.close();
  await evil?.close();
  await home?.close();
});

beforeEach(() => {
  home.skill.forget();
});

const issuerOrigin = (): string => `http://127.0.0.6:${(issuer.address() as AddressInfo).port}`;

/** Registers an app at the evil issuer. */
function registerAtIssuer(appId: string): Promise<JsonObject> {
  return home.ask('oauth.register', appId, {
    client_id: appId,
    public: true,
    issuer: issuerOrigin(),
  });
}

function tokensOf(appId: string): number {
  return home.skill.seen.filter(({ type }) => type === `oauth.token.response.${SKILL}_${appId}`).length;
}

describe('mix-up with two issuers', () => {
  test('the code of the honest one is not sent to the evil one, which names the honest one’s page as its own', async () => {
    // The evil server says that its users sign in at the honest one's page.
    metadata = (origin) => ({
      issuer: origin,
      authorization_endpoint: home.provider.authorizationEndpoint,
      token_endpoint: `${origin}/token`,
      authorization_response_iss_parameter_supported: true,
    });
    await home.provider.addClient({ id: 'mixed', redirectUris: [home.callback('mixed', '127.0.0.1')] });
    expect(await registerAtIssuer('mixed')).not.toHaveProperty('error');
    const answer = await userAgent.approve(await home.address('mixed'));
    expect(new URL(answer).searchParams.get('iss')).toBe(home.provider.issuer);
    expect(await (await fetch(answer)).text()).toContain('issuer_mismatch');
    expect(tokensOf('mixed')).toBe(0);
  });

  test('an answer of the evil one at the honest one’s callback ends nothing and is exchanged nowhere', async () => {
    await home.registerApp('honest');
    const own = new URL(await userAgent.approve(await home.address('honest')));
    const forged = new URL(own);
    forged.searchParams.set('code', 'code-of-the-evil-one');
    forged.searchParams.set('iss', 'https://evil.example');
    const before = (await home.provider.counters()).tokenRequests;
    const page = await (await fetch(forged)).text();
    expect(page).not.toContain('<h1>Connected</h1>');
    expect((await home.provider.counters()).tokenRequests).toBeLessThanOrEqual(before + 1);
    expect(tokensOf('honest')).toBe(0);
  });

  test('a code that was injected goes with a verifier that it was not made for, and is refused', async () => {
    await home.registerApp('injected');
    const [victims, attackers] = [await home.address('injected'), await home.address('injected')];
    const stolen = new URL(await userAgent.approve(victims)).searchParams.get('code') ?? '';
    const answer = new URL(await userAgent.approve(attackers));
    answer.searchParams.set('code', stolen);
    expect(await (await fetch(answer)).text()).toContain('invalid_grant');
    expect(tokensOf('injected')).toBe(0);
  });
});

describe('discovery', () => {
  test.each([
    ['another issuer', (origin: string) => ({ issuer: `${origin}/other` })],
    ['an issuer that only looks alike', (origin: string) => ({ issuer: `${origin}/` })],
    ['a file as an endpoint', () => ({ token_endpoint: 'file:///etc/passwd' })],
    ['a script as the page', () => ({ authorization_endpoint: 'javascript:alert(1)' })],
    [
      'a page with a user in it',
      () => ({ authorization_endpoint: 'https://accounts.google.com@evil.example/' }),
    ],
    ['plain http to a stranger', () => ({ token_endpoint: 'http://evil.example/token' })],
    ['no endpoint at all', () => ({ token_endpoint: undefined })],
    ['a list as an endpoint', () => ({ token_endpoint: ['https://evil.example/token'] })],
  ])('that tells of %s registers nothing', async (_what, lie) => {
    metadata = (origin) => ({
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      ...lie(origin),
    });
    const answer = await registerAtIssuer('lied to');
    expect(answer).toMatchObject({ error_code: 'discovery_failed' });
    expect(await home.ask('oauth.status', 'lied to')).toMatchObject({ error_code: 'unknown_app' });
  });

  test('is asked of no address that is no address, and of none in the clear that is a stranger’s', async () => {
    for (const [address, code] of [
      ['http://evil.example', 'endpoint_insecure'],
      ['http://169.254.169.254.evil.example/', 'endpoint_insecure'],
      ['file:///etc/passwd', 'endpoint_invalid'],
      ['gopher://127.0.0.1:25/', 'endpoint_invalid'],
      ['http://user:password@127.0.0.1/', 'endpoint_invalid'],
    ] as const) {
      const answer = await home.ask('oauth.register', 'lured', {
        client_id: 'x',
        public: true,
        issuer: address,
      });
      expect([address, answer['error_code']]).toEqual([address, code]);
    }
  });
});

describe('a token endpoint', () => {
  test.each([
    'redirect_307',
    'redirect_302',
    'endless',
    'gzip_bomb',
    'ten_megabytes',
    'html',
    'status_999',
  ] as const)(
    'that answers with %s gets the code once, and nothing else; the device goes on',
    async (misbehaviour) => {
      const appId = `token ${misbehaviour}`;
      await home.registerApp(appId, { token_endpoint: evil.url(misbehaviour) });
      const before = evil.requests.length;
      const answer = await userAgent.approve(await home.address(appId));
      const page = await (await fetch(answer)).text();
      expect(page).not.toContain('<h1>Connected</h1>');
      const asked = evil.requests.slice(before);
      expect(asked.map(({ path }) => path)).toEqual(asked.map(() => `/token/${misbehaviour}`));
      expect(tokensOf(appId)).toBe(0);
      expect(home.broker.output()).not.toMatch(/access-token-of|refresh-token-of/);
      expect((await home.ask('oauth.status', appId))['error']).toBeUndefined();
    },
  );

  test('whose error is a page of text shows none of it, neither to the user nor to the skill', async () => {
    const hostile = '<script>alert(1)</script>Call +1 555 0100 to unlock your account';
    const endpoint = evil.replying({
      status: 400,
      body: {
        error: `invalid_grant ${hostile}`,
        error_description: hostile,
        error_uri: 'https://evil.example/',
      },
    });
    await home.registerApp('phishing', { token_endpoint: endpoint });
    const page = await (await fetch(await userAgent.approve(await home.address('phishing')))).text();
    expect(page).not.toMatch(/alert\(1\)|555 0100|evil\.example/);
    const messages = JSON.stringify(home.skill.seen.map(({ data }) => data));
    expect(messages).not.toMatch(/555 0100|evil\.example/);
  });
});
