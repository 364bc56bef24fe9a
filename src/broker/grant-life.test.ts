import { describe, expect, test } from 'vitest';
import { SimulatedDevice } from '../../test/support/simulated-device.ts';
import { grantEnd } from './grant-life.ts';

const DAY = 86_400_000;
const token = { access_token: 'a' };

describe('when a grant ends', () => {
  test.each([
    ['nobody says', undefined, token, 0, 0, undefined],
    ['the catalogue says, counted from the sign-in', 182, token, 5 * DAY, 9 * DAY, 187 * DAY],
    ['the catalogue says, but nobody knows when the user signed in', 182, token, undefined, 0, undefined],
    [
      'the answer says, counted from the answer',
      undefined,
      { ...token, refresh_expires_in: 86_400 },
      0,
      DAY,
      2 * DAY,
    ],
    ['the answer says as text', undefined, { ...token, refresh_token_expires_in: '86400' }, 0, DAY, 2 * DAY],
    ['both say: the sooner counts', 1, { ...token, refresh_expires_in: 10 * 86_400 }, 0, 0, DAY],
    ['Keycloak says 0, which is no date', undefined, { ...token, refresh_expires_in: 0 }, 0, 0, undefined],
    ['the answer says nonsense', undefined, { ...token, refresh_expires_in: 'soon' }, 0, 0, undefined],
  ])('%s', (_case, days, tokenSet, grantedAt, receivedAt, end) => {
    expect(grantEnd(days, tokenSet, grantedAt, receivedAt)).toBe(end);
  });
});

test('a skill that names the endpoints of Spotify itself gets the forecast of the catalogue', async () => {
  const device = new SimulatedDevice();
  const { ref } = await device.connect('one', { accessTokenSeconds: 3_600, rotates: false });
  const app = await device.broker.apps.find(ref);
  const spotify = { ...app, authorizationEndpoint: 'https://accounts.spotify.com/authorize' };
  await device.store.commit([{ op: 'put_app', app: spotify }], 'synced');
  const { endsAt } = await device.broker.connections.view(spotify);
  expect(endsAt).toBeGreaterThan(device.clock.now() + 180 * DAY);
});
