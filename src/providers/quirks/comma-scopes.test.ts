import { expect, it } from 'vitest';
import { spendCode, spendRefreshToken, TokenEndpoint } from '../../../test/support/token-endpoint.ts';

it.each([
  ['user.info.basic,video.list', 'user.info.basic video.list'],
  ['read, write', 'read write'],
  ['already spaced', 'already spaced'],
])('reads the granted scopes %j as %j', async (scope, expected) => {
  const provider = await TokenEndpoint.start(() => ({ body: { access_token: 'a', scope } }));
  const bent = { endpoint: `${provider.origin}/token`, quirks: ['comma_scopes'] } as const;

  await expect(spendCode(bent)).resolves.toMatchObject({ scope: expected });
  await expect(spendRefreshToken(bent)).resolves.toMatchObject({ scope: expected });
});

it('leaves an answer without scopes, and an error, as they are', async () => {
  const provider = await TokenEndpoint.start(({ form }) =>
    form.get('grant_type') === 'refresh_token'
      ? { status: 400, body: { error: 'invalid_grant' } }
      : { body: { access_token: 'a', extra: [1] } },
  );
  const bent = { endpoint: `${provider.origin}/token`, quirks: ['comma_scopes'] } as const;

  await expect(spendCode(bent)).resolves.toEqual({ access_token: 'a', extra: [1] });
  await expect(spendRefreshToken(bent)).rejects.toMatchObject({ code: 'invalid_grant' });
});
