import { expect, it } from 'vitest';
import { CLIENT, spendCode, TokenEndpoint } from '../../../test/support/token-endpoint.ts';
import { systemClock } from '../../clock.ts';
import { revokeToken } from '../../oauth/revocation.ts';
import { withQuirks } from './index.ts';

it('revokes at the token endpoint with action=revoke, and does not say so in a token request', async () => {
  const homeAssistant = await TokenEndpoint.start(({ form }) =>
    form.get('action') === 'revoke' ? { body: '' } : { body: { access_token: 'a' } },
  );
  const endpoint = `${homeAssistant.origin}/auth/token`;
  const server = { authorizationEndpoint: `${homeAssistant.origin}/auth/authorize`, tokenEndpoint: endpoint };
  const context = { fetch: withQuirks(fetch, ['home_assistant_revoke']), clock: systemClock };

  await revokeToken(context, server, CLIENT, endpoint, { token: 'r', hint: 'refresh_token' });
  expect(homeAssistant.seen[0]?.form.get('action')).toBe('revoke');
  expect(homeAssistant.seen[0]?.form.get('token')).toBe('r');
  await expect(spendCode({ endpoint, quirks: ['home_assistant_revoke'] })).resolves.toMatchObject({
    access_token: 'a',
  });
});
