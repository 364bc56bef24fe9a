import { expect, test } from 'vitest';
import { refreshToken } from '../../src/oauth/refresh.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

// Found by the fleet's campaign: a broker that was frozen between an answer and its reading handed out expired tokens.
test('an access token lives from when it was asked for, however late the answer is read', async () => {
  const clock = new SimulatedClock();
  const askedAt = clock.now() / 1000;
  const fetch = async (): Promise<Response> => {
    await clock.advance(40_000);
    return Response.json({ access_token: 'a', token_type: 'Bearer', expires_in: 60 });
  };
  const server = {
    authorizationEndpoint: 'https://provider.example/authorize',
    tokenEndpoint: 'https://provider.example/token',
  };
  const { tokenSet } = await refreshToken({ fetch, clock }, server, { clientId: 'c' }, { refreshToken: 'r' });
  expect(tokenSet.expires_at).toBe(askedAt + 60);
});
