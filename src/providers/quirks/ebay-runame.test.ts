import { expect, it } from 'vitest';
import {
  REDIRECT_URI,
  spendCode,
  spendRefreshToken,
  TokenEndpoint,
} from '../../../test/support/token-endpoint.ts';
import { bendAuthorizationRequest } from './index.ts';

const context = { parameters: { ru_name: 'Jane_Doe-JaneDoe-MyApp-abc' } };

it('sends the RuName for the redirect URI, in the browser and to the token endpoint', async () => {
  const ebay = await TokenEndpoint.start(({ form }) =>
    form.get('redirect_uri') === 'Jane_Doe-JaneDoe-MyApp-abc'
      ? { body: { access_token: 'a', refresh_token_expires_in: 47_304_000 } }
      : { status: 400, body: { error: 'invalid_grant' } },
  );
  const params = new URLSearchParams({ redirect_uri: REDIRECT_URI });

  bendAuthorizationRequest(params, ['ebay_runame'], context);
  expect(params.get('redirect_uri')).toBe('Jane_Doe-JaneDoe-MyApp-abc');
  await expect(
    spendCode({ endpoint: `${ebay.origin}/identity/v1/oauth2/token`, quirks: ['ebay_runame'], context }),
  ).resolves.toMatchObject({ access_token: 'a' });
});

it('adds no redirect URI to a refresh', async () => {
  const ebay = await TokenEndpoint.start(() => ({ body: { access_token: 'a' } }));
  await spendRefreshToken({ endpoint: `${ebay.origin}/token`, quirks: ['ebay_runame'], context });
  expect(ebay.seen[0]?.form.has('redirect_uri')).toBe(false);
});
