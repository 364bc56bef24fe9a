import { expect, it } from 'vitest';
import {
  type Reply,
  type SeenRequest,
  spendCode,
  TokenEndpoint,
} from '../../../test/support/token-endpoint.ts';
import { bendAuthorizationRequest } from './index.ts';

/** As https://developers.deezer.com/api/oauth shows it: a GET, and text for an answer. */
function deezer(expires: number): (request: SeenRequest) => Reply {
  return ({ method, query, headers }) => {
    const isGood =
      method === 'GET' &&
      query.get('app_id') === 'the-client' &&
      query.get('secret') === 'the-secret' &&
      query.get('code') === 'the-code' &&
      headers['content-type'] === undefined;
    return { body: isGood ? `access_token=a&expires=${expires}` : 'wrong code' };
  };
}

const bentTo = (provider: TokenEndpoint) =>
  ({ endpoint: `${provider.origin}/oauth/access_token.php`, quirks: ['deezer_form'] }) as const;

it('spends the code by GET under the names that Deezer uses', async () => {
  const provider = await TokenEndpoint.start(deezer(3600));
  await expect(spendCode(bentTo(provider))).resolves.toMatchObject({ access_token: 'a', expires_in: 3600 });
});

it('takes expires=0 for no end', async () => {
  const provider = await TokenEndpoint.start(deezer(0));
  await expect(spendCode(bentTo(provider))).resolves.toEqual({ access_token: 'a' });
});

it('reads “wrong code” as invalid_grant', async () => {
  const provider = await TokenEndpoint.start(() => ({ body: 'wrong code' }));
  await expect(spendCode(bentTo(provider))).rejects.toMatchObject({ code: 'invalid_grant' });
});

it('asks by app_id and perms', () => {
  const params = new URLSearchParams({ client_id: 'c', scope: 'basic_access,email' });
  bendAuthorizationRequest(params, ['deezer_form']);
  expect(Object.fromEntries(params)).toEqual({ app_id: 'c', perms: 'basic_access,email' });
});
