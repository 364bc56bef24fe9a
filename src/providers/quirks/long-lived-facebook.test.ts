import { expect, it } from 'vitest';
import {
  type Reply,
  type SeenRequest,
  spendCode,
  TokenEndpoint,
} from '../../../test/support/token-endpoint.ts';

function facebook({ method, query, form }: SeenRequest): Reply {
  if (method === 'POST' && form.get('code') === 'the-code')
    return { body: { access_token: 'short', token_type: 'bearer', expires_in: 5400 } };
  const isExchange =
    method === 'GET' &&
    query.get('grant_type') === 'fb_exchange_token' &&
    query.get('client_id') === 'the-client' &&
    query.get('client_secret') === 'the-secret' &&
    query.get('fb_exchange_token') === 'short';
  return isExchange
    ? { body: { access_token: 'long', token_type: 'bearer', expires_in: 5_183_944 } }
    : { status: 400, body: { error: { message: 'Error validating access token', code: 190 } } };
}

const bentTo = ({ origin }: TokenEndpoint) =>
  ({ endpoint: `${origin}/v22.0/oauth/access_token`, quirks: ['long_lived_facebook'] }) as const;

it('exchanges the token at once for one of 60 days', async () => {
  const provider = await TokenEndpoint.start(facebook);
  await expect(spendCode(bentTo(provider))).resolves.toMatchObject({
    access_token: 'long',
    expires_in: 5_183_944,
  });
});

it('keeps the short one where the exchange fails, for the code is spent', async () => {
  const provider = await TokenEndpoint.start((request) =>
    request.method === 'GET' ? { status: 500, body: 'down' } : facebook(request),
  );
  await expect(spendCode(bentTo(provider))).resolves.toMatchObject({
    access_token: 'short',
    expires_in: 5400,
  });
});

it.each([
  [100, 'This authorization code has been used.', 'invalid_grant'],
  [100, 'Error validating verification code.', 'invalid_grant'],
  [1, 'Error validating client secret.', 'invalid_client'],
  [4, 'Application request limit reached', 'provider_error'],
  [190, 'Invalid OAuth access token.', 'invalid_grant'],
  [191, 'Missing redirect_uri parameter.', 'provider_rejected_request'],
])('reads the error object %i “%s” as %s', async (code, message, expected) => {
  const provider = await TokenEndpoint.start(() => ({
    status: 400,
    body: { error: { message, type: 'OAuthException', code, fbtrace_id: 'x' } },
  }));
  await expect(spendCode(bentTo(provider))).rejects.toMatchObject({ code: expected });
});
