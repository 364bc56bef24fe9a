import { expect, it } from 'vitest';
import { spendCode, spendRefreshToken, TokenEndpoint } from '../../../test/support/token-endpoint.ts';
import { tokenEndpointAfter } from './index.ts';

const CONFIGURED = 'https://accounts.zoho.com/oauth/v2/token';

it.each([
  ['location=in&accounts-server=https%3A%2F%2Faccounts.zoho.in', 'https://accounts.zoho.in/oauth/v2/token'],
  ['location=eu', 'https://accounts.zoho.eu/oauth/v2/token'],
  [
    'location=ca&accounts-server=https://accounts.zohocloud.ca',
    'https://accounts.zohocloud.ca/oauth/v2/token',
  ],
  ['', CONFIGURED],
  ['location=moon', CONFIGURED],
  ['accounts-server=https://evil.example', CONFIGURED],
  ['accounts-server=http://accounts.zoho.eu', CONFIGURED],
  ['accounts-server=https://accounts.zoho.eu.evil.example', CONFIGURED],
  ['accounts-server=nonsense', CONFIGURED],
])('goes, after a callback with %j, to %s', (query, expected) => {
  expect(tokenEndpointAfter(new URLSearchParams(query), CONFIGURED, ['zoho_accounts_server'])).toBe(expected);
});

it('reads invalid_code, under status 200, as invalid_grant', async () => {
  const zoho = await TokenEndpoint.start(({ form }) => ({
    body: form.has('code')
      ? { access_token: 'a', refresh_token: 'r', api_domain: 'https://www.zohoapis.eu', expires_in: 3600 }
      : { error: 'invalid_code' },
  }));
  const bent = { endpoint: `${zoho.origin}/oauth/v2/token`, quirks: ['zoho_accounts_server'] } as const;

  await expect(spendCode(bent)).resolves.toMatchObject({
    refresh_token: 'r',
    api_domain: 'https://www.zohoapis.eu',
  });
  await expect(spendRefreshToken(bent)).rejects.toMatchObject({ code: 'invalid_grant' });
});
