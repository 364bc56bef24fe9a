import { describe, expect, test } from 'vitest';
import { LINK_CODE, webAppForTest } from '../../../test/support/web-app.ts';
import { OAuthBrokerError } from '../../errors.ts';

describe('the address that the relay page leads to', () => {
  test('hands the answer of the provider to the broker as it came, with the cookie and without an app', async () => {
    const { ask, signIn } = webAppForTest();
    const browser = 'A'.repeat(22);
    const headers = { cookie: `ovos_oauth_browser=${browser}` };
    await ask('/auth/relay?code=a%2Bb&state=s.YQ&iss=https%3A%2F%2Fa.example', { headers });
    const [response] = signIn.completed;
    expect(response).toMatchObject({ mungedId: null, browser });
    expect(response?.params.toString()).toBe('code=a%2Bb&state=s.YQ&iss=https%3A%2F%2Fa.example');
  });

  test('sends the browser to the result, at an address without the code', async () => {
    const { ask } = webAppForTest();
    const answer = await ask('/auth/relay?code=the-code&state=s');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/^\/auth\/result\/[\w-]{22}$/);
    const page = await (await ask(answer.headers.get('location') ?? '')).text();
    expect(page).toContain('<h1>Connected</h1>');
    expect(page).not.toContain('the-code');
  });

  test('names the app in the sentence of a failure, though the address does not', async () => {
    const { ask, signIn } = webAppForTest();
    signIn.refusal = new OAuthBrokerError('invalid_client', { app: 'skill_app', provider: 'music.example' });
    const { headers } = await ask('/auth/relay?code=c&state=s');
    const page = await (await ask(headers.get('location') ?? '')).text();
    expect(page).toContain('music.example does not accept the client id or secret of skill_app.');
  });

  test('says that it worked when the answer comes a second time after it did', async () => {
    const { ask, signIn } = webAppForTest();
    const details = { outcome: 'connected', app: 'skill_app', provider: 'music.example' };
    signIn.refusal = new OAuthBrokerError('attempt_used', details);
    const { headers } = await ask('/auth/relay?code=c&state=s');
    const page = await (await ask(headers.get('location') ?? '')).text();
    expect(page).toContain('skill_app can now use music.example.');
  });

  test('is not spent by HEAD, and takes nothing but GET', async () => {
    const { ask, signIn } = webAppForTest();
    expect((await ask('/auth/relay?code=c&state=s', { method: 'HEAD' })).status).toBe(200);
    const posted = await ask('/auth/relay?code=c&state=s', { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(signIn.completed).toEqual([]);
  });

  test('has the cookie of the landing page, which is moved to this address and never to the relay page', async () => {
    const { ask, signIn } = webAppForTest();
    signIn.landingFields = {
      redirectUri: 'https://relay.example/page',
      redirectUris: {
        lan: 'http://192.168.1.20:36536/auth/callback/x',
        relay: 'https://relay.example/page',
      },
    };
    const { status, headers } = await ask(`/s/${LINK_CODE}`);
    expect([status, headers.get('location')]).toEqual([
      302,
      `http://192.168.1.20:36536/s/${LINK_CODE}?moved`,
    ]);
  });

  test('is that one path: an app whose id is close to it keeps its own callback', async () => {
    const { ask, signIn } = webAppForTest();
    expect((await ask('/auth/relay/?code=c&state=s')).status).toBe(404);
    expect((await ask('/auth/relay/x_y?code=c&state=s')).status).toBe(404);
    await ask('/auth/callback/relay?code=c&state=s');
    expect(signIn.completed.map(({ mungedId }) => mungedId)).toEqual(['relay']);
  });
});
