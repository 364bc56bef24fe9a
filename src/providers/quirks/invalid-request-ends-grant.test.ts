import { expect, it } from 'vitest';
import { spendCode, spendRefreshToken, TokenEndpoint } from '../../../test/support/token-endpoint.ts';

it('takes invalid_request for the end of the grant when refreshing, and only then', async () => {
  const nextcloud = await TokenEndpoint.start(() => ({ status: 400, body: { error: 'invalid_request' } }));
  const bent = {
    endpoint: `${nextcloud.origin}/index.php/apps/oauth2/api/v1/token`,
    quirks: ['invalid_request_ends_grant'],
  } as const;

  await expect(spendRefreshToken(bent)).rejects.toMatchObject({ code: 'invalid_grant' });
  await expect(spendCode(bent)).rejects.toMatchObject({ code: 'provider_rejected_request' });
});
