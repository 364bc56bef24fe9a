import { expect, it } from 'vitest';
import { spendCode, TokenEndpoint } from '../../../test/support/token-endpoint.ts';

it('asks for JSON, which GitHub sends only then', async () => {
  const github = await TokenEndpoint.start(({ headers }) =>
    headers.accept === 'application/json'
      ? { body: { access_token: 'a', scope: 'repo,gist', token_type: 'bearer' } }
      : {
          body: 'access_token=a&scope=repo%2Cgist&token_type=bearer',
          type: 'application/x-www-form-urlencoded',
        },
  );

  await expect(
    spendCode({ endpoint: `${github.origin}/token`, quirks: ['accept_json', 'comma_scopes'] }),
  ).resolves.toMatchObject({ access_token: 'a', scope: 'repo gist' });
});
