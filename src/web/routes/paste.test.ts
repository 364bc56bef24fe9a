import { describe, expect, test } from 'vitest';
import { LINK_CODE, webAppForTest } from '../../../test/support/web-app.ts';
import type { MethodChoice } from '../../broker/methods/method.ts';
import { type ErrorCode, OAuthBrokerError } from '../../errors.ts';

const PAGE = `/s/${LINK_CODE}/paste`;
const METHODS: readonly MethodChoice[] = [{ method: 'paste', offered: true, reason: 'paste_always_works' }];
const ADDRESS = 'http://127.0.0.1:36536/auth/callback/x?code=the-c0de&state=the-state';

function web() {
  const app = webAppForTest();
  app.signIn.landingFields = { methods: METHODS };
  const paste = (address: string, headers: Record<string, string> = {}): Promise<Response> =>
    app.ask(PAGE, { method: 'POST', body: new URLSearchParams({ address }), headers });
  return { ...app, paste };
}

describe('the page for a copied address', () => {
  test('opens the provider in a second tab, and has a box that works without scripts', async () => {
    const answer = await web().ask(PAGE);
    const page = await answer.text();
    expect(page).toContain(`<form method="post" action="/s/${LINK_CODE}" target="_blank" rel="noopener">`);
    expect(page).toContain(`<form method="post" action="${PAGE}">`);
    expect(page).toContain('<textarea id="address" name="address"');
    expect(page).toContain('It begins with <code>127.0.0.1:36536</code>.');
    // A reload would throw away what is being typed.
    expect(page).not.toContain('http-equiv="refresh"');
    expect(answer.headers.get('referrer-policy')).toBe('same-origin');
  });

  test('hands on what was pasted with the mark of the browser, and then shows the result', async () => {
    const { paste, signIn, ask } = web();
    const browser = 'b'.repeat(22);
    const answer = await paste(ADDRESS, { cookie: `ovos_oauth_browser=${browser}` });
    expect(signIn.pasted).toEqual([{ linkCode: LINK_CODE, browser, text: ADDRESS }]);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/s/${LINK_CODE}`]);
    expect(await (await ask(`/s/${LINK_CODE}`)).text()).toContain('<h1>Connected</h1>');
  });

  test.each<[ErrorCode, number, string]>([
    ['paste_empty', 400, 'There is nothing to read in what you pasted.'],
    ['paste_no_code', 400, 'What you pasted holds no answer of the provider.'],
    ['paste_other_site', 400, 'What you pasted is the address of another page.'],
    ['attempt_foreign', 400, 'This answer belongs to another sign-in.'],
    ['attempt_used', 410, 'This sign-in was already used.'],
    ['access_denied', 403, 'The sign-in was declined.'],
    [
      'attempt_unknown',
      400,
      'Open accounts.music.example with the button of the first step before you paste.',
    ],
    ['provider_unreachable', 502, 'accounts.music.example cannot be reached.'],
  ])('says what %s is about and keeps the box, without what was pasted', async (code, status, sentence) => {
    const { paste, signIn } = web();
    signIn.refusal = new OAuthBrokerError(code);
    const answer = await paste(ADDRESS);
    const page = await answer.text();
    expect(answer.status).toBe(status);
    expect(page).toContain(`<p class="error" id="wrong" role="alert"><b>${sentence}`);
    expect(page).toContain('aria-invalid="true" aria-describedby="wrong" autofocus');
    expect(page).toContain(`data-home="${PAGE}"`);
    expect(page).not.toContain('the-c0de');
  });

  test('is over with its link: then only the device has a new code', async () => {
    const { paste, signIn } = web();
    const failure = new OAuthBrokerError('attempt_expired');
    signIn.refusal = failure;
    signIn.landingFields = { methods: METHODS, state: 'failed', failure, canStart: false };
    const answer = await paste(ADDRESS);
    const page = await answer.text();
    expect(answer.status).toBe(410);
    expect(page).toContain('<h1>Too late</h1>');
    expect(page).toContain('Ask the device for a new code.');
    expect(page).not.toContain('<form');
  });

  test('shows how it went when the same address is sent twice', async () => {
    const { paste, signIn } = web();
    signIn.refusal = new OAuthBrokerError('attempt_used', { outcome: 'connected' });
    signIn.landingFields = { methods: METHODS, state: 'connected' };
    const answer = await paste(ADDRESS);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/s/${LINK_CODE}`]);
  });

  test('is not there where that way is closed', async () => {
    const { ask, signIn } = web();
    signIn.landingFields = {
      methods: [{ method: 'paste', offered: false, reason: 'provider_refuses_loopback' }],
    };
    const answer = await ask(PAGE);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/s/${LINK_CODE}`]);
  });

  test.each([
    [{ origin: 'http://evil.example' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
  ])('takes nothing from another site: %j', async (headers) => {
    const { paste, signIn } = web();
    expect((await paste(ADDRESS, { host: 'localhost:36536', ...headers })).status).toBe(400);
    expect(signIn.pasted).toEqual([]);
  });

  test('counts a guessed link as a guess', async () => {
    const { ask } = web();
    const body = new URLSearchParams({ address: ADDRESS });
    for (let guess = 0; guess < 10; guess += 1) {
      expect((await ask(`/s/000000000${guess}/paste`, { method: 'POST', body })).status).toBe(404);
    }
    expect((await ask(PAGE)).status).toBe(429);
  });

  test('takes GET and POST alone', async () => {
    const answer = await web().ask(PAGE, { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });
});
