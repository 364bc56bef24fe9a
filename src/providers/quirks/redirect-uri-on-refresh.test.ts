import { expect, it } from 'vitest';
import { REDIRECT_URI, spendRefreshToken, TokenEndpoint } from '../../../test/support/token-endpoint.ts';

it('repeats the redirect URI of the sign-in when it refreshes', async () => {
  const gitlab = await TokenEndpoint.start(({ form }) =>
    form.get('redirect_uri') === REDIRECT_URI
      ? { body: { access_token: 'a' } }
      : { status: 400, body: { error: 'invalid_grant' } },
  );
  const endpoint = `${gitlab.origin}/oauth/token`;
  const quirks = ['redirect_uri_on_refresh'] as const;

  await expect(
    spendRefreshToken({ endpoint, quirks, context: { redirectUri: REDIRECT_URI } }),
  ).resolves.toMatchObject({
    access_token: 'a',
  });
  await expect(spendRefreshToken({ endpoint, quirks: [] })).rejects.toMatchObject({ code: 'invalid_grant' });
});
