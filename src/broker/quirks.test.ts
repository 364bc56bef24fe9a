import { beforeEach, describe, expect, test } from 'vitest';
import { queryOf, REF, ScriptedDevice } from '../../test/support/scripted-device.ts';
import type { Registration } from './types.ts';

// From the registration to the refresh, with providers that behave as they document; the quirks by themselves are tested
// in src/providers/quirks.

let device: ScriptedDevice;

beforeEach(async () => {
  device = new ScriptedDevice();
  await device.broker.open();
});

async function signIn(fields: Partial<Registration>, callback: Record<string, string> = {}) {
  const app = await device.register({ authorizationEndpoint: null, tokenEndpoint: null, ...fields });
  const started = await device.broker.signIn.start(REF, { method: 'loopback' });
  const { tokenSet } = await device.complete(started, { code: 'the-code', ...callback });
  return { app, started, tokenSet };
}

test('GitHub answers in the form of a query unless it is asked for JSON, also where the skill named its endpoints', async () => {
  device.serve('github.com', ({ headers }) =>
    headers.get('accept') === 'application/json'
      ? Response.json({ access_token: 'gho', scope: 'repo,gist', token_type: 'bearer' })
      : new Response('access_token=gho&scope=repo%2Cgist&token_type=bearer'),
  );
  const endpoints = {
    authorizationEndpoint: 'https://github.com/login/oauth/authorize',
    tokenEndpoint: 'https://github.com/login/oauth/access_token',
  };
  for (const fields of [{ provider: 'github' }, endpoints]) {
    expect((await signIn(fields)).tokenSet).toMatchObject({ access_token: 'gho', scope: 'repo gist' });
  }
});

test("Slack's user token is in `authed_user`, its scopes go as `user_scope`, and a failure is a 200", async () => {
  device.serve('slack.com', ({ form }) =>
    form.get('code') === 'the-code'
      ? Response.json({ ok: true, authed_user: { id: 'U1', access_token: 'xoxp', scope: 'search:read' } })
      : Response.json({ ok: false, error: 'invalid_code' }),
  );
  const { started, tokenSet } = await signIn({ provider: 'slack', scope: 'search:read users:read' });
  expect(queryOf(started.authorizationUrl)).toMatchObject({ user_scope: 'search:read,users:read' });
  expect(tokenSet).toMatchObject({ access_token: 'xoxp' });
  const again = await device.broker.signIn.start(REF, { method: 'loopback' });
  await expect(device.complete(again, { code: 'old' })).rejects.toMatchObject({ code: 'invalid_grant' });
});

test('Withings wants its `action`, and wraps what it says, at the sign-in and at a refresh', async () => {
  device.serve('wbsapi.withings.net', ({ form }) =>
    form.get('action') === 'requesttoken'
      ? Response.json({
          status: 0,
          body: { access_token: form.get('grant_type'), refresh_token: 'r', expires_in: 10_800 },
        })
      : Response.json({ status: 503, error: 'Invalid Params' }),
  );
  expect((await signIn({ provider: 'withings' })).tokenSet.access_token).toBe('authorization_code');
  expect((await device.broker.tokens.refresh(REF)).tokenSet.access_token).toBe('refresh_token');
});

describe('Zoho keeps an account in one of its regions', () => {
  const EUROPE = { 'accounts-server': 'https://accounts.zoho.eu', location: 'eu' };
  const asked = (): readonly string[] => device.asked.map(({ url }) => url.host);

  beforeEach(() => {
    for (const host of ['accounts.zoho.com', 'accounts.zoho.eu']) {
      device.serve(host, () =>
        Response.json({ access_token: host, refresh_token: 'r', token_type: 'Bearer', expires_in: 3600 }),
      );
    }
  });

  test('where code and refresh tokens are spent, also after the skill has registered again', async () => {
    await signIn({ provider: 'zoho' }, EUROPE);
    const app = await device.register({ provider: 'zoho', authorizationEndpoint: null, tokenEndpoint: null });
    expect(app.tokenEndpoint).toBe('https://accounts.zoho.eu/oauth/v2/token');
    await device.broker.tokens.refresh(REF);
    expect(asked()).toEqual(['accounts.zoho.eu', 'accounts.zoho.eu']);
  });

  test('which the next account of the same app need not share', async () => {
    await signIn({ provider: 'zoho' }, EUROPE);
    await signIn({ provider: 'zoho' }, { location: 'us' });
    await device.broker.tokens.refresh(REF);
    expect(asked()).toEqual(['accounts.zoho.eu', 'accounts.zoho.com', 'accounts.zoho.com']);
  });

  test('also for a skill that names the token endpoint a second time for refreshing', async () => {
    const endpoint = 'https://accounts.zoho.com/oauth/v2/token';
    await signIn({ provider: 'zoho', refreshEndpoint: endpoint }, EUROPE);
    await device.broker.tokens.refresh(REF);
    expect(asked()).toEqual(['accounts.zoho.eu', 'accounts.zoho.eu']);
  });

  test('and none that a stranger names in the callback', async () => {
    await signIn({ provider: 'zoho' }, { 'accounts-server': 'https://evil.example' });
    expect(asked()).toEqual(['accounts.zoho.com']);
  });
});

test('Reddit sees the redirect URI of the sign-in again at a refresh, after a restart too', async () => {
  device.serve('www.reddit.com', () =>
    Response.json({ access_token: 'a', refresh_token: 'r', token_type: 'bearer', expires_in: 3600 }),
  );
  const { started } = await signIn({ provider: 'reddit' });
  await device.restart();
  await device.broker.tokens.refresh(REF);
  expect(device.asked.at(-1)?.form.get('grant_type')).toBe('refresh_token');
  expect(device.asked.at(-1)?.form.get('redirect_uri')).toBe(started.attempt.redirectUri);
});

test('ecobee gets what it wants with every token request', async () => {
  device.serve('api.ecobee.com', () =>
    Response.json({ access_token: 'a', refresh_token: 'r', token_type: 'Bearer', expires_in: 3600 }),
  );
  await signIn({ provider: 'ecobee' });
  await device.broker.tokens.refresh(REF);
  expect(device.asked.map(({ form }) => form.get('ecobee_type'))).toEqual(['jwt', 'jwt']);
});

test.each([
  ['bad_authorization_code', 'invalid_grant'],
  ['incorrect_application_credentials', 'invalid_client'],
])("Todoist's %s means %s", async (error, code) => {
  device.serve('api.todoist.com', () => Response.json({ error }, { status: 400 }));
  device.serve('todoist.com', () => Response.json({ error }, { status: 400 }));
  await expect(signIn({ provider: 'todoist' })).rejects.toMatchObject({ code });
});

test('Microsoft found by its issuer speaks its own dialect of the device flow', async () => {
  const issuer = 'https://login.microsoftonline.com/contoso/v2.0';
  const base = 'https://login.microsoftonline.com/contoso/oauth2/v2.0';
  device.serve('login.microsoftonline.com', ({ url }) => {
    if (url.pathname === '/contoso/v2.0/.well-known/openid-configuration') {
      return Response.json({
        issuer,
        authorization_endpoint: `${base}/authorize`,
        token_endpoint: `${base}/token`,
        device_authorization_endpoint: `${base}/devicecode`,
      });
    }
    if (url.pathname.endsWith('/devicecode')) {
      return Response.json({
        device_code: 'd',
        user_code: 'ABC',
        verification_uri: 'https://microsoft.com/devicelogin',
        expires_in: 900,
        interval: 5,
      });
    }
    return Response.json({ error: 'authorization_declined' }, { status: 400 });
  });
  await device.register({ issuer, authorizationEndpoint: null, tokenEndpoint: null });
  await device.broker.signIn.start(REF, { method: 'device' });
  await device.clock.advance(10_000);
  expect(device.failures).toEqual(['access_denied']);
});
