import { expect, it } from 'vitest';
import {
  REDIRECT_URI,
  type Reply,
  type SeenRequest,
  spendCode,
  spendRefreshToken,
  TokenEndpoint,
} from '../../../test/support/token-endpoint.ts';
import { bendAuthorizationRequest } from './index.ts';

/** Looks at `type` alone, as draft 5 has it. */
function basecamp({ form }: SeenRequest): Reply {
  const type = form.get('type');
  if (form.get('redirect_uri') !== REDIRECT_URI)
    return { status: 400, body: { error: 'redirect_uri_mismatch' } };
  if (type === 'web_server' && form.has('code'))
    return { body: { access_token: 'a', refresh_token: 'r', expires_in: 1_209_600 } };
  if (type === 'refresh' && form.has('refresh_token'))
    return { body: { access_token: 'b', expires_in: 1_209_600 } };
  return { status: 400, body: { error: 'unsupported_type' } };
}

it('says type=web_server for a code and type=refresh for a refresh', async () => {
  const provider = await TokenEndpoint.start(basecamp);
  const bent = {
    endpoint: `${provider.origin}/authorization/token`,
    quirks: ['basecamp_type'],
    context: { redirectUri: REDIRECT_URI },
  } as const;

  await expect(spendCode(bent)).resolves.toMatchObject({ access_token: 'a', refresh_token: 'r' });
  await expect(spendRefreshToken(bent)).resolves.toMatchObject({ access_token: 'b' });
});

it('says type=web_server in the authorization request', () => {
  const params = new URLSearchParams({ client_id: 'c' });
  bendAuthorizationRequest(params, ['basecamp_type']);
  expect(params.get('type')).toBe('web_server');
});
