import { expect, it } from 'vitest';
import { spendCode, spendRefreshToken, TokenEndpoint } from '../../../test/support/token-endpoint.ts';

it.each([
  [400, 'Bad Request', 'Invalid refresh token', 'invalid_grant'],
  [400, 'Bad Request', 'Invalid authorization code', 'invalid_grant'],
  [403, 'Forbidden', 'invalid client secret', 'invalid_client'],
  [400, 'Bad Request', 'invalid client', 'invalid_client'],
  [400, 'Bad Request', 'missing redirect uri', 'provider_rejected_request'],
])('reads %i %s “%s” as %s', async (status, error, message, code) => {
  const twitch = await TokenEndpoint.start(() => ({ status, body: { error, status, message } }));
  const bent = { endpoint: `${twitch.origin}/oauth2/token`, quirks: ['twitch_errors'] } as const;

  await expect(spendRefreshToken(bent)).rejects.toMatchObject({ code });
});

it('leaves a good answer alone', async () => {
  const twitch = await TokenEndpoint.start(() => ({
    body: { access_token: 'a', scope: ['user:read:email'] },
  }));
  await expect(
    spendCode({ endpoint: `${twitch.origin}/oauth2/token`, quirks: ['twitch_errors'] }),
  ).resolves.toEqual({
    access_token: 'a',
    scope: 'user:read:email',
  });
});
