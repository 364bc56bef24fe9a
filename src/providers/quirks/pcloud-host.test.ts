import { expect, it } from 'vitest';
import { spendCode, TokenEndpoint } from '../../../test/support/token-endpoint.ts';
import { tokenEndpointAfter } from './index.ts';

const CONFIGURED = 'https://api.pcloud.com/oauth2_token';

it.each([
  ['hostname=eapi.pcloud.com&locationid=2', 'https://eapi.pcloud.com/oauth2_token'],
  ['hostname=api.pcloud.com&locationid=1', CONFIGURED],
  ['', CONFIGURED],
  ['hostname=evil.example', CONFIGURED],
  ['hostname=eapi.pcloud.com.evil.example', CONFIGURED],
  ['hostname=eapi.pcloud.com%40evil.example', CONFIGURED],
])('goes, after a callback with %j, to %s', (query, expected) => {
  expect(tokenEndpointAfter(new URLSearchParams(query), CONFIGURED, ['pcloud_host'])).toBe(expected);
});

it('reads a result of 0 as success and any other, under status 200, as an error', async () => {
  const replies = [
    { result: 0, access_token: 'a', token_type: 'bearer', uid: 34_535 },
    { result: 2012, error: "Invalid 'code' provided." },
    { result: 2000, error: 'Log in failed.' },
  ];
  const pcloud = await TokenEndpoint.start(() => ({ body: replies.shift() }));
  const bent = { endpoint: `${pcloud.origin}/oauth2_token`, quirks: ['pcloud_host'] } as const;

  await expect(spendCode(bent)).resolves.toMatchObject({ access_token: 'a', uid: 34_535 });
  await expect(spendCode(bent)).rejects.toMatchObject({ code: 'invalid_grant' });
  await expect(spendCode(bent)).rejects.toMatchObject({ code: 'provider_rejected_request' });
});
