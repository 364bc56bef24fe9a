import { expect, it } from 'vitest';
import {
  type Reply,
  type SeenRequest,
  spendCode,
  spendRefreshToken,
  TokenEndpoint,
} from '../../../test/support/token-endpoint.ts';
import { instagramExchange } from './instagram-exchange.ts';

const EXPIRED = { error: { message: 'Session has expired', type: 'OAuthException', code: 190 } };

/** Both hosts in one: the token endpoint of api.instagram.com and the two of graph.instagram.com. */
function instagram({ method, path, query, form }: SeenRequest): Reply {
  const route = `${method} ${path}`;
  if (route === 'POST /oauth/access_token')
    return form.get('client_secret') === 'the-secret'
      ? { body: { access_token: 'short', user_id: 178, permissions: ['instagram_business_basic'] } }
      : {
          status: 400,
          body: { error_type: 'OAuthException', code: 400, error_message: 'Invalid client secret' },
        };
  const { grant_type: grant, access_token: token, client_secret: secret } = Object.fromEntries(query);
  if (
    route === 'GET /access_token' &&
    grant === 'ig_exchange_token' &&
    token === 'short' &&
    secret === 'the-secret'
  )
    return { body: { access_token: 'long-1', token_type: 'bearer', expires_in: 5_183_944 } };
  if (route === 'GET /refresh_access_token' && grant === 'ig_refresh_token' && token === 'long-1')
    return { body: { access_token: 'long-2', token_type: 'bearer', expires_in: 5_183_944 } };
  return { status: 400, body: EXPIRED };
}

const bentTo = ({ origin }: TokenEndpoint, path: string) => ({
  endpoint: `${origin}${path}`,
  quirks: instagramExchange(origin),
});

it('exchanges the token of an hour for one of 60 days, which is the refresh token too', async () => {
  const provider = await TokenEndpoint.start(instagram);
  await expect(spendCode(bentTo(provider, '/oauth/access_token'))).resolves.toMatchObject({
    access_token: 'long-1',
    refresh_token: 'long-1',
    expires_in: 5_183_944,
    user_id: 178,
  });
});

it('renews the token by itself', async () => {
  const provider = await TokenEndpoint.start(instagram);
  const bent = bentTo(provider, '/refresh_access_token');

  await expect(spendRefreshToken(bent, 'long-1')).resolves.toMatchObject({
    access_token: 'long-2',
    refresh_token: 'long-2',
  });
  await expect(spendRefreshToken(bent, 'expired')).rejects.toMatchObject({ code: 'invalid_grant' });
});

it('keeps the token of an hour where the exchange fails, for the code is spent', async () => {
  const provider = await TokenEndpoint.start((request) =>
    request.method === 'GET'
      ? { status: 500, body: 'down' }
      : { body: { data: [{ access_token: 'short' }] } },
  );
  await expect(spendCode(bentTo(provider, '/oauth/access_token'))).resolves.toMatchObject({
    access_token: 'short',
    expires_in: 3600,
  });
});

it.each([
  ['Matching code was not found or was already used.', 'invalid_grant'],
  ['Error validating client secret.', 'invalid_client'],
  ['Invalid platform app', 'provider_rejected_request'],
])('reads “%s” as %s', async (message, code) => {
  const provider = await TokenEndpoint.start(() => ({
    status: 400,
    body: { error_type: 'OAuthException', code: 400, error_message: message },
  }));
  await expect(spendCode(bentTo(provider, '/oauth/access_token'))).rejects.toMatchObject({ code });
});
