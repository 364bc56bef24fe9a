import { expect, it } from 'vitest';
import {
  type Reply,
  type SeenRequest,
  spendCode,
  spendRefreshToken,
  TokenEndpoint,
} from '../../../test/support/token-endpoint.ts';
import { bendAuthorizationRequest } from './index.ts';

function tiktok({ form }: SeenRequest): Reply {
  if (form.get('client_key') !== 'the-client' || form.has('client_id'))
    return {
      status: 400,
      body: { error: 'invalid_request', error_description: 'client_key is missing', log_id: '1' },
    };
  return {
    body: {
      access_token: 'a',
      expires_in: 86_400,
      open_id: 'o',
      refresh_token: 'r',
      scope: 'user.info.basic',
    },
  };
}

it('calls the client id client_key in code exchange and refresh', async () => {
  const provider = await TokenEndpoint.start(tiktok);
  const bent = {
    endpoint: `${provider.origin}/v2/oauth/token/`,
    quirks: ['client_key', 'comma_scopes'],
  } as const;

  await expect(spendCode(bent)).resolves.toMatchObject({ access_token: 'a', open_id: 'o' });
  await expect(spendRefreshToken(bent)).resolves.toMatchObject({ refresh_token: 'r' });
});

it('calls the client id client_key in the authorization request', () => {
  const params = new URLSearchParams({ client_id: 'the-client', state: 's' });
  bendAuthorizationRequest(params, ['client_key']);
  expect(Object.fromEntries(params)).toEqual({ client_key: 'the-client', state: 's' });
});
