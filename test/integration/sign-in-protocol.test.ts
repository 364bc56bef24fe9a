import { afterEach, expect, test } from 'vitest';
import { Broker } from '../../src/broker/index.ts';
import { EventHub } from '../../src/broker/event-hub.ts';
import type { AppRef, Registration, SignedIn, StartedSignIn } from '../../src/broker/types.ts';
import { systemClock } from '../../src/clock.ts';
import { createOutboundFetch } from '../../src/net/outbound.ts';
import { systemRandom } from '../../src/random.ts';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  startAuthorizationServer,
} from '../support/authorization-server.ts';
import { eventually } from '../support/eventually.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { registrationOf } from '../support/registration.ts';
import { userAgent } from '../support/user-agent.ts';

// The broker against oidc-provider, where the protocol has the last word.

const REF: AppRef = { skillId: 'skill', appId: 'app' };
const PORT = 36_536;
const REDIRECT_URI = `http://127.0.0.1:${PORT}/auth/callback/skill_app`;
const SCOPE = 'openid offline_access read';

let provider: AuthorizationServer;
let broker: Broker;
let store: MemoryStore;
let lanHost: string;

afterEach(async () => {
  await broker.close();
  await provider.close();
});

async function begin(options: AuthorizationServerOptions = {}): Promise<void> {
  lanHost = '127.0.0.2';
  store = new MemoryStore();
  provider = await startAuthorizationServer({
    clients: [{ id: 'client', secret: 's3cret', redirectUris: [REDIRECT_URI] }],
    ...options,
  });
  broker = new Broker({
    store,
    fetch: createOutboundFetch(),
    clock: systemClock,
    random: systemRandom,
    events: new EventHub(),
    builtAt: 0,
    attemptLifetime: 600_000,
    port: () => PORT,
    loopbackHost: '127.0.0.1',
    lanHost: async () => lanHost,
    isLanHostSet: true,
  });
  await broker.open();
}

/** Registers an app that knows no more of the provider than its issuer. */
async function register(fields: Partial<Registration> = {}): Promise<void> {
  await broker.apps.register(
    registrationOf({
      ...REF,
      clientId: 'client',
      clientSecret: 's3cret',
      authorizationEndpoint: null,
      tokenEndpoint: null,
      issuer: provider.issuer,
      scope: SCOPE,
      ...fields,
    }),
  );
}

const UNREGISTERED = { clientId: null, clientSecret: null } as const;

async function signIn(started?: StartedSignIn): Promise<SignedIn> {
  const { app, authorizationUrl } = started ?? (await broker.signIn.start(REF, { method: 'loopback' }));
  const { searchParams: params } = new URL(await userAgent.approve(authorizationUrl));
  return broker.signIn.complete({ params, mungedId: app.mungedId });
}

/** Signs in and refreshes once. */
async function signInAndRefresh(): Promise<readonly [SignedIn, SignedIn]> {
  return [await signIn(), await broker.tokens.refresh(REF)];
}

test('an issuer is all that a skill has to know', async () => {
  await begin();
  await register();
  const [first, second] = await signInAndRefresh();
  expect(first.app).toMatchObject({ issuer: provider.issuer, issParameterSupported: true });
  expect(second.tokenSet.access_token).not.toBe(first.tokenSet.access_token);
});

test('a provider of the catalogue that every household has for itself is found by its issuer', async () => {
  await begin();
  await register({
    provider: 'keycloak',
    providerParameters: { issuer: `${provider.issuer}/` },
    issuer: null,
    scope: null,
  });
  const { app, tokenSet } = await signIn();
  expect(app.issuer).toBe(provider.issuer);
  // oidc-provider grants `offline_access` only to who asks the user each time.
  expect(tokenSet.scope).toBe('openid');
});

test('a client is registered by itself (RFC 7591), once, and anew where the device has moved', async () => {
  await begin({ registration: true });
  await register(UNREGISTERED);
  const { authorizationUrl, app } = await broker.signIn.start(REF, { method: 'lan', insist: true });
  lanHost = '127.0.0.3';
  const moved = await broker.signIn.start(REF, { method: 'lan', insist: true });
  expect(new URL(await userAgent.approve(authorizationUrl)).hostname).toBe('127.0.0.2');
  expect(moved.app.clientId).not.toBe(app.clientId);
  const callback = new URL(await userAgent.approve(moved.authorizationUrl));
  expect(callback.hostname).toBe('127.0.0.3');
  await broker.signIn.complete({ params: callback.searchParams, mungedId: app.mungedId });
  await broker.tokens.refresh(REF);
  expect((await broker.signIn.start(REF, { method: 'loopback' })).app.clientId).toBe(moved.app.clientId);
});

test('requests are pushed where the provider takes no others (RFC 9126)', async () => {
  await begin({ requirePushedRequests: true });
  await register();
  const started = await broker.signIn.start(REF, { method: 'loopback' });
  expect([...new URL(started.authorizationUrl).searchParams.keys()]).toEqual(['client_id', 'request_uri']);
  await expect(signIn(started)).resolves.toMatchObject({ tokenSet: { token_type: 'Bearer' } });
});

test('tokens are bound to a key of the device (RFC 9449), and refreshed by it', async () => {
  await begin({ requireDpopNonce: true });
  // A public client's refresh tokens are bound to the key as well (§5).
  await provider.addClient({ id: 'public', redirectUris: [REDIRECT_URI] });
  await register({ dpop: true, clientId: 'public', clientSecret: null, isPublic: true });
  const tokens = await signInAndRefresh();
  expect(tokens.map(({ tokenSet }) => tokenSet.token_type)).toEqual(['DPoP', 'DPoP']);
});

test('tokens are for the API that the skill names (RFC 8707)', async () => {
  const resource = 'https://api.example/';
  await begin({ resources: [resource] });
  await register({ resource, scope: 'read offline_access' });
  for (const { tokenSet } of await signInAndRefresh()) {
    const [, claims = ''] = tokenSet.access_token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ aud: resource });
  }
});

test('a code typed at the provider brings the token, by a client that was registered for it', async () => {
  await begin({ deviceFlow: true, registration: true });
  await register(UNREGISTERED);
  const { device, app, linkCode } = await broker.signIn.invite(REF, {});
  if (device === undefined) throw new Error('no device code');
  await userAgent.enterUserCode(device.verificationUriComplete ?? '', undefined);
  const tokenSet = await eventually('the token is there', () => store.token(app.mungedId), 30_000);
  expect(tokenSet).toMatchObject({ token_type: 'Bearer' });
  expect(await broker.signIn.landing(linkCode)).toMatchObject({ state: 'connected' });
  await expect(broker.tokens.refresh(REF)).resolves.toBeDefined();
});

test('a code that is declined at the provider ends the sign-in', async () => {
  await begin({ deviceFlow: true });
  await register();
  const { device, linkCode } = await broker.signIn.invite(REF, { method: 'device' });
  await userAgent.enterUserCode(device?.verificationUri ?? '', device?.userCode, 'deny');
  const ended = async () => {
    const landing = await broker.signIn.landing(linkCode);
    return landing.state === 'failed' && landing;
  };
  expect(await eventually('it has ended', ended, 30_000)).toMatchObject({
    failure: { code: 'access_denied' },
  });
});
