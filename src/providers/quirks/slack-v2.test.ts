import { expect, it } from 'vitest';
import { spendCode, spendRefreshToken, TokenEndpoint } from '../../../test/support/token-endpoint.ts';
import { bendAuthorizationRequest } from './index.ts';

const bentTo = (slack: TokenEndpoint) =>
  ({ endpoint: `${slack.origin}/api/oauth.v2.access`, quirks: ['slack_v2', 'comma_scopes'] }) as const;

it('finds the token of the user in authed_user', async () => {
  const slack = await TokenEndpoint.start(() => ({
    body: {
      ok: true,
      app_id: 'A1',
      team: { id: 'T1', name: 'Home' },
      authed_user: {
        id: 'U1',
        scope: 'users:read,chat:write',
        access_token: 'xoxp-1',
        token_type: 'user',
        expires_in: 43_200,
        refresh_token: 'xoxe-1',
      },
    },
  }));

  await expect(spendCode(bentTo(slack))).resolves.toMatchObject({
    access_token: 'xoxp-1',
    refresh_token: 'xoxe-1',
    scope: 'users:read chat:write',
    expires_in: 43_200,
    user_id: 'U1',
    team: { id: 'T1', name: 'Home' },
  });
});

it('leaves the token of a bot the answer, and a refreshed token as it came', async () => {
  const bot = {
    ok: true,
    access_token: 'xoxb-1',
    token_type: 'bot',
    scope: 'chat:write',
    authed_user: { id: 'U1' },
  };
  const refreshed = {
    ok: true,
    access_token: 'xoxp-2',
    refresh_token: 'xoxe-2',
    expires_in: 43_200,
    scope: 'a,b',
  };
  const slack = await TokenEndpoint.start(({ form }) => ({
    body: form.get('grant_type') === 'refresh_token' ? refreshed : bot,
  }));

  await expect(spendCode(bentTo(slack))).resolves.toMatchObject({
    access_token: 'xoxb-1',
    authed_user: { id: 'U1' },
  });
  await expect(spendRefreshToken(bentTo(slack))).resolves.toMatchObject({
    access_token: 'xoxp-2',
    scope: 'a b',
  });
});

it.each([
  ['invalid_code', 'invalid_grant'],
  ['invalid_refresh_token', 'invalid_grant'],
  ['bad_client_secret', 'invalid_client'],
  ['ratelimited', 'provider_error'],
  ['bad_redirect_uri', 'provider_rejected_request'],
])('reads 200 with ok: false and %s as %s', async (error, code) => {
  const slack = await TokenEndpoint.start(() => ({ body: { ok: false, error } }));
  await expect(spendRefreshToken(bentTo(slack))).rejects.toMatchObject({ code });
});

it('asks for scopes of the user', () => {
  const params = new URLSearchParams({ client_id: 'c', scope: 'users:read,chat:write' });
  bendAuthorizationRequest(params, ['slack_v2']);
  expect(Object.fromEntries(params)).toEqual({ client_id: 'c', user_scope: 'users:read,chat:write' });
});
