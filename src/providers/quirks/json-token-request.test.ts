import { expect, it } from 'vitest';
import {
  REDIRECT_URI,
  type Reply,
  type SeenRequest,
  spendCode,
  spendRefreshToken,
  TokenEndpoint,
} from '../../../test/support/token-endpoint.ts';

/** Takes JSON only, and of that only what Notion's reference lists. */
function notion({ headers, body }: SeenRequest): Reply {
  if (headers['content-type'] !== 'application/json')
    return { status: 400, body: { error: 'invalid_request' } };
  if (!headers.authorization?.startsWith('Basic ')) return { status: 401, body: { error: 'invalid_client' } };
  const known = new Set(['grant_type', 'code', 'redirect_uri', 'refresh_token', 'code_verifier']);
  const sent: unknown = JSON.parse(body);
  if (typeof sent !== 'object' || sent === null || Object.keys(sent).some((name) => !known.has(name)))
    return { status: 400, body: { error: 'invalid_request' } };
  return { body: { access_token: 'a', bot_id: 'b', sent: { ...sent } } };
}

it('sends a token request as JSON, with nothing that Notion does not know', async () => {
  const provider = await TokenEndpoint.start(notion);
  const bent = {
    endpoint: `${provider.origin}/v1/oauth/token`,
    quirks: ['json_token_request'],
    authentication: 'client_secret_basic',
  } as const;

  await expect(spendCode(bent)).resolves.toMatchObject({
    access_token: 'a',
    bot_id: 'b',
    sent: { grant_type: 'authorization_code', code: 'the-code', redirect_uri: REDIRECT_URI },
  });
  await expect(spendRefreshToken(bent)).resolves.toMatchObject({
    sent: { grant_type: 'refresh_token', refresh_token: 'the-refresh-token' },
  });
});

it('keeps the credentials of Trakt in the body', async () => {
  const trakt = await TokenEndpoint.start(({ body }) => ({
    body: { access_token: 'a', sent: JSON.parse(body) as unknown },
  }));
  const { sent } = await spendCode({
    endpoint: `${trakt.origin}/oauth/token`,
    quirks: ['json_token_request'],
  });
  expect(sent).toMatchObject({ client_id: 'the-client', client_secret: 'the-secret' });
});
