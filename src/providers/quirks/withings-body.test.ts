import { expect, it } from 'vitest';
import {
  type Reply,
  type SeenRequest,
  spendCode,
  spendRefreshToken,
  TokenEndpoint,
} from '../../../test/support/token-endpoint.ts';

const BODY = {
  userid: '363',
  access_token: 'a',
  refresh_token: 'r',
  scope: 'user.info,user.metrics',
  expires_in: 10_800,
};

function withings({ form }: SeenRequest): Reply {
  if (form.get('action') !== 'requesttoken')
    return { body: { status: 2554, body: {}, error: 'Not implemented' } };
  return { body: { status: 0, body: BODY } };
}

const bentTo = (provider: TokenEndpoint) =>
  ({ endpoint: `${provider.origin}/v2/oauth2`, quirks: ['withings_body', 'comma_scopes'] }) as const;

it('sends the action and takes the token set out of body', async () => {
  const provider = await TokenEndpoint.start(withings);
  const expected = { ...BODY, scope: 'user.info user.metrics' };

  await expect(spendCode(bentTo(provider))).resolves.toMatchObject(expected);
  await expect(spendRefreshToken(bentTo(provider))).resolves.toMatchObject(expected);
});

it.each([
  [503, 'Invalid Params: invalid refresh_token', 'invalid_grant'],
  [503, 'Invalid Params: invalid code', 'invalid_grant'],
  [503, 'Invalid Params: invalid client_id/client_secret', 'invalid_client'],
  [601, 'Too Many Requests', 'provider_error'],
  [2555, 'An unknown error occurred', 'provider_rejected_request'],
])('reads status %i “%s” inside a 200 as %s', async (status, error, code) => {
  const provider = await TokenEndpoint.start(() => ({ body: { status, body: {}, error } }));
  await expect(spendRefreshToken(bentTo(provider))).rejects.toMatchObject({ code });
});
