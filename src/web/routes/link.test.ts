import { describe, expect, test } from 'vitest';
import { LINK_CODE, SAMPLE_APP, webAppForTest } from '../../../test/support/web-app.ts';
import { OAuthBrokerError } from '../../errors.ts';

const LINK = `/s/${LINK_CODE}`;
const HOSTILE = `"'><script>alert(1)</script>&lt;`;

describe('the landing page', () => {
  test('says which skill asks, where the user signs in, for what, and has one big button', async () => {
    const page = await (await webAppForTest().ask(LINK)).text();
    expect(page).toContain('<bdi>ovos-skill-music.openvoiceos</bdi>');
    expect(page).toContain('at accounts.music.example.');
    expect(page).toMatch(/<li><bdi>playlist-read<\/bdi><\/li>\n<li><bdi>user-library<\/bdi><\/li>/);
    expect(page).toContain(
      `<form method="post" action="${LINK}"><button type="submit" class="primary" name="method" value="lan">Continue to accounts.music.example</button></form>`,
    );
    expect(page.match(/class="(button )?primary"/g)).toHaveLength(1);
    expect(page).toContain('This link works for another 10 minutes.');
  });

  test('reloads by itself without scripts, and follows the sign-in with them', async () => {
    const page = await (await webAppForTest().ask(LINK)).text();
    expect(page).toContain('<noscript><meta http-equiv="refresh" content="30"></noscript>');
    expect(page).toContain(`data-events="${LINK}/events" data-status="${LINK}/status"`);
  });

  test.each(['/s/abcdef1234', '/S/ABCDEF1234', '/S/abc-def-l234', '/s/ABCDEFI234'])(
    'is found under %s as well',
    async (path) => {
      const { ask, signIn } = webAppForTest();
      expect((await ask(path)).status).toBe(200);
      expect(signIn.looked).toEqual([LINK_CODE]);
    },
  );

  test('in a browser on the device comes back to its loopback address, and offers no way that ends elsewhere', async () => {
    const { app, signIn } = webAppForTest();
    signIn.landingFields = {
      methods: [
        { method: 'loopback', offered: true, reason: 'same_machine' },
        { method: 'lan', offered: true, reason: 'provider_takes_lan' },
        { method: 'paste', offered: true, reason: 'paste_last_resort' },
      ],
      redirectUris: {
        loopback: 'http://127.0.0.1:36536/auth/callback/x',
        lan: 'http://192.168.1.20:36536/auth/callback/x',
      },
    };
    const here = { remoteAddress: '127.0.0.1' };
    const moved = await app.request(`http://localhost:36536${LINK}`, {}, here);
    expect(moved.headers.get('location')).toBe(`http://127.0.0.1:36536${LINK}?moved`);
    const page = await (await app.request(`http://127.0.0.1:36536${LINK}`, {}, here)).text();
    expect(page).toContain('class="primary" name="method" value="loopback"');
    expect(page).not.toContain('value="lan"');
  });

  test('is moved to the host that the callback will have, since the cookie belongs to one host', async () => {
    const { app, signIn } = webAppForTest();
    signIn.landingFields = { redirectUris: { lan: 'http://192.168.1.20:36536/auth/callback/x' } };
    const answer = await app.request(`http://mark2.local:36536${LINK}`);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe(`http://192.168.1.20:36536${LINK}?moved`);
    // Once only: a proxy in front may show us another host each time.
    expect((await app.request(`http://mark2.local:36536${LINK}?moved`)).status).toBe(200);
    expect((await app.request(`http://192.168.1.20:36536${LINK}`)).status).toBe(200);
  });

  test('stays where it is when the callback is on the loopback address', async () => {
    for (const host of ['127.0.0.1', '0.0.0.0', 'localhost', '[::1]']) {
      const { app, signIn } = webAppForTest();
      signIn.landingFields = { redirectUris: { lan: `http://${host}:36536/auth/callback/x` } };
      expect([host, (await app.request(`http://192.168.1.20:36536${LINK}`)).status]).toEqual([host, 200]);
    }
  });

  test('shows names from outside as text, whatever they hold', async () => {
    const { ask, signIn } = webAppForTest();
    signIn.app = { ...SAMPLE_APP, skillId: HOSTILE, scope: `${HOSTILE} \u202Eevil` };
    signIn.landingFields = { providerHost: HOSTILE };
    const page = await (await ask(LINK)).text();
    expect(page).not.toContain('<script>');
    expect(page).not.toContain('\u202E');
    expect(page).toContain('<bdi>&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;');
  });

  test('stays small whatever the app asks for', async () => {
    const { ask, signIn } = webAppForTest();
    signIn.app = { ...SAMPLE_APP, skillId: 'x'.repeat(10_000), scope: 'scope '.repeat(5000).trim() };
    const page = await (await ask(LINK)).text();
    expect(page.length).toBeLessThan(6000);
    expect(page).toContain('<li>and 4988 more</li>');
  });

  test('names the app by its munged id where the skill is not known', async () => {
    const { ask, signIn } = webAppForTest();
    const { skillId: _skillId, appId: _appId, ...app } = SAMPLE_APP;
    signIn.app = { ...app, scope: null };
    const page = await (await ask(LINK)).text();
    expect(page).toContain('<bdi>ovos-skill-music.openvoiceos_music</bdi>');
    expect(page).toContain('What accounts.music.example gives by default');
  });

  test('shows the result once the sign-in has ended', async () => {
    const { ask, signIn } = webAppForTest();
    signIn.landingFields = { state: 'connected' };
    const connected = await ask(LINK);
    expect([connected.status, (await connected.text()).includes('<h1>Connected</h1>')]).toEqual([200, true]);

    signIn.landingFields = { state: 'failed', failure: new OAuthBrokerError('provider_unreachable') };
    const failed = await ask(LINK);
    const page = await failed.text();
    expect(failed.status).toBe(502);
    expect(page).toContain('accounts.music.example cannot be reached.');
    expect(page).toContain(
      `<form method="post" action="${LINK}"><button type="submit" class="primary" name="method" value="lan">Try again</button></form>`,
    );
    expect(page).not.toContain('data-events');
  });

  test('offers no second try for a link that is over', async () => {
    for (const code of ['attempt_expired', 'attempt_used'] as const) {
      const { ask, signIn } = webAppForTest();
      signIn.landingFields = { state: 'failed', failure: new OAuthBrokerError(code), canStart: false };
      const answer = await ask(LINK);
      expect([code, answer.status, (await answer.text()).includes('<form')]).toEqual([code, 410, false]);
    }
  });
});

describe('an unknown link', () => {
  test('is 404 with a sentence and what to do', async () => {
    const answer = await webAppForTest().ask('/s/0000000000');
    expect(answer.status).toBe(404);
    const page = await answer.text();
    expect(page).toContain('This link is not valid or has expired.');
    expect(page).toContain('Ask the device for a new code.');
  });

  test('is not looked up where its code can be none', async () => {
    const { ask, signIn } = webAppForTest();
    for (const code of ['x', 'U'.repeat(10), 'A'.repeat(33), '%00%00%00%00%00%00', '..%2F..%2Fetc', '%ff']) {
      expect([code, (await ask(`/s/${code}`)).status]).toEqual([code, 404]);
    }
    expect(signIn.looked).toEqual([]);
  });

  test('locks out an address after ten, with when to come back, and no other address', async () => {
    const { ask, clock } = webAppForTest();
    for (let guess = 0; guess < 10; guess += 1) expect((await ask(`/s/000000000${guess}`)).status).toBe(404);
    const refused = await ask(LINK);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
    expect((await ask(LINK, { method: 'POST' })).status).toBe(429);
    expect((await ask(`${LINK}/status`)).status).toBe(429);
    expect((await ask(LINK, {}, '192.168.1.10')).status).toBe(200);
    await clock.advance(30_000);
    expect((await ask(LINK)).status).toBe(200);
  });

  test('never locks out the callback', async () => {
    const { ask } = webAppForTest();
    for (let guess = 0; guess < 12; guess += 1) await ask('/s/0000000000');
    expect((await ask('/auth/callback/a_b?code=c&state=s')).status).toBe(303);
  });

  test('guessed from many addresses locks out those that guess, not who scans a QR', async () => {
    const { ask } = webAppForTest();
    for (let host = 0; host < 200; host += 1) await ask('/s/0000000000', {}, `10.0.0.${host}`);
    expect((await ask('/s/0000000000', {}, '10.0.0.1')).status).toBe(429);
    expect((await ask(LINK, {}, '192.168.1.77')).status).toBe(200);
  });
});

describe('the button', () => {
  test('marks the browser with 128 bits and sends it to the provider', async () => {
    const { ask, signIn } = webAppForTest();
    const answer = await ask(LINK, { method: 'POST' });
    expect(answer.status).toBe(200);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^ovos_oauth_browser=[\w-]{22}; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(signIn.continued).toEqual([{ linkCode: LINK_CODE, browser: cookie.slice(19, 41) }]);
    const page = await answer.text();
    const url = 'https://accounts.music.example/authorize?client_id=client&amp;state=the-state';
    expect(page).toContain(`<meta http-equiv="refresh" content="0;url=${url}">`);
    expect(page).toContain(`<a class="button" href="${url}">Continue to accounts.music.example</a>`);
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('lets a browser keep its mark, so that two sign-ins can run beside each other', async () => {
    const { ask, signIn } = webAppForTest();
    const browser = 'b'.repeat(22);
    await ask(LINK, { method: 'POST', headers: { cookie: `ovos_oauth_browser=${browser}` } });
    expect(signIn.continued[0]?.browser).toBe(browser);
  });

  test.each(['lan', 'relay', 'paste'] as const)('starts the way that it names: %s', async (method) => {
    const { ask, signIn } = webAppForTest();
    const answer = await ask(LINK, { method: 'POST', body: new URLSearchParams({ method }) });
    expect(answer.status).toBe(200);
    expect(signIn.continued).toMatchObject([{ linkCode: LINK_CODE, method }]);
  });

  test('for a code leads back to the page that shows it', async () => {
    const { app, signIn } = webAppForTest();
    signIn.device = {
      deviceCode: 'd',
      userCode: 'u',
      verificationUri: 'https://music.example/',
      interval: 5,
    };
    const body = new URLSearchParams({ method: 'device' });
    const answer = await app.request(`http://localhost:36536/S/${LINK_CODE}`, { method: 'POST', body });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, LINK]);
  });

  test('starts nothing that is no way', async () => {
    const { ask, signIn } = webAppForTest();
    const answer = await ask(LINK, { method: 'POST', body: new URLSearchParams({ method: 'magic' }) });
    expect(answer.status).toBe(400);
    expect(signIn.continued).toEqual([]);
  });

  test('gives every browser another mark, and a new one for a mark that is none of ours', async () => {
    const { ask, signIn } = webAppForTest();
    await ask(LINK, { method: 'POST' });
    await ask(LINK, { method: 'POST' });
    await ask(LINK, { method: 'POST', headers: { cookie: 'ovos_oauth_browser=1' } });
    const marks = signIn.continued.map(({ browser }) => browser);
    expect(new Set(marks).size).toBe(3);
    expect(marks).not.toContain('1');
  });

  test.each([
    [{ origin: 'http://evil.example' }],
    [{ origin: 'http://localhost:8080' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ origin: 'http://localhost:36536', 'sec-fetch-site': 'cross-site' }],
  ])('is not pressed by another site: %j', async (headers) => {
    const { ask, signIn } = webAppForTest();
    const answer = await ask(LINK, { method: 'POST', headers: { host: 'localhost:36536', ...headers } });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(signIn.continued).toEqual([]);
  });

  test.each([
    [{}],
    [{ origin: 'http://localhost:36536' }],
    [{ origin: 'http://localhost:36536', 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'none' }],
  ])('is pressed by our own page, or by no page at all: %j', async (headers) => {
    const { ask } = webAppForTest();
    const answer = await ask(LINK, { method: 'POST', headers: { host: 'localhost:36536', ...headers } });
    expect(answer.status).toBe(200);
  });

  test('shows why it could not start, in words', async () => {
    const { ask, signIn } = webAppForTest();
    signIn.refusal = new OAuthBrokerError('needs_credentials', { app: 'skill_app' });
    const answer = await ask(LINK, { method: 'POST' });
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain(
      'The app skill_app needs a client id and secret before it can sign in.',
    );
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd'])(
    'never leads to %s',
    async (url) => {
      const { ask, signIn } = webAppForTest();
      signIn.authorizationUrl = url;
      const answer = await ask(LINK, { method: 'POST' });
      expect(answer.status).toBe(400);
      expect(await answer.text()).not.toContain(url);
    },
  );

  test('writes an address with quotes and angle brackets as the attribute it belongs in', async () => {
    const { ask, signIn } = webAppForTest();
    signIn.authorizationUrl = `https://music.example/a?x="'><script>;url=javascript:alert(1)`;
    const page = await (await ask(LINK, { method: 'POST' })).text();
    expect(page).not.toMatch(/<script|url=javascript:[^"]*"'/);
    expect(page).toContain('content="0;url=https://music.example/a?x=%22');
  });
});

describe('the status of a link', () => {
  test('is waiting with its end, connected, or failed with code, sentence and hint', async () => {
    const { ask, signIn } = webAppForTest();
    const status = async (): Promise<unknown> => (await ask(`${LINK}/status`)).json();
    const expires_at = Date.UTC(2026, 0, 1, 0, 10);
    expect(await status()).toEqual({ state: 'waiting', view: 'waiting', expires_at });
    signIn.landingFields = { state: 'connected' };
    expect(await status()).toEqual({ state: 'connected', view: 'connected' });
    signIn.landingFields = { state: 'failed', failure: new OAuthBrokerError('provider_unreachable') };
    expect(await status()).toEqual({
      state: 'failed',
      view: 'failed provider_unreachable',
      error_code: 'provider_unreachable',
      error: 'accounts.music.example cannot be reached.',
      hint: 'Check the network connection of the device.',
    });
  });
});

describe('the events of a link', () => {
  /** Reads a stream piece by piece. */
  async function open(web: ReturnType<typeof webAppForTest>, address?: string) {
    const answer = await web.ask(`${LINK}/events`, {}, address);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    return { answer, read: async () => (await reader?.read())?.value, cancel: async () => reader?.cancel() };
  }
  const WAITING = `event: state\ndata: {"state":"waiting","view":"waiting","expires_at":${Date.UTC(2026, 0, 1, 0, 10)}}\n\n`;

  test('begin with the state and tell its change, then end', async () => {
    const web = webAppForTest();
    const { answer, read } = await open(web);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await read()).toBe(WAITING);
    web.progress.changed('ANOTHER000');
    web.progress.changed(undefined);
    web.signIn.landingFields = { state: 'connected' };
    web.progress.changed(LINK_CODE);
    expect(await read()).toBe('event: state\ndata: {"state":"connected","view":"connected"}\n\n');
    expect(await read()).toBeUndefined();
  });

  test('name what the page shows, so that it is loaded anew when a code has ended and the link has not', async () => {
    const web = webAppForTest();
    const codes = { userCode: 'WDJB', verificationUri: 'https://music.example/', expiresAt: 0 };
    web.signIn.landingFields = { device: codes };
    expect(await (await web.ask(LINK)).text()).toContain('data-view="waiting WDJB"');
    const { read } = await open(web);
    expect(await read()).toContain('"view":"waiting WDJB"');
    web.signIn.landingFields = { deviceFailure: new OAuthBrokerError('device_code_expired') };
    web.progress.changed(LINK_CODE);
    expect(await read()).toContain('"view":"waiting device_code_expired"');
  });

  test('give a sign of life every half a minute', async () => {
    const web = webAppForTest();
    const { read } = await open(web);
    await read();
    const alive = read();
    await web.clock.advance(30_000);
    expect(await alive).toBe(':\n\n');
  });

  test('tell that the time is up, though nobody says so', async () => {
    const web = webAppForTest();
    const { read } = await open(web);
    await read();
    web.signIn.landing = () => Promise.reject(new OAuthBrokerError('attempt_expired'));
    const pieces: Array<string | undefined> = [];
    const reading = (async () => {
      for (let piece = await read(); piece !== undefined; piece = await read()) pieces.push(piece);
    })();
    await web.clock.advance(600_500);
    await reading;
    expect(pieces.at(-1)).toContain('"error_code":"attempt_expired"');
    expect(pieces.slice(0, -1)).toEqual(Array.from({ length: 20 }, () => ':\n\n'));
  });

  test('end when the server stops', async () => {
    const web = webAppForTest();
    const { read } = await open(web);
    await read();
    web.progress.close();
    expect(await read()).toBeUndefined();
  });

  test('are refused to an address that has eight open, until one is closed', async () => {
    const web = webAppForTest();
    const streams = await Promise.all(Array.from({ length: 8 }, () => open(web)));
    expect((await open(web)).answer.status).toBe(429);
    expect((await open(web, '192.168.1.10')).answer.status).toBe(200);
    await streams[0]?.cancel();
    expect((await open(web)).answer.status).toBe(200);
  });

  test('are not opened by HEAD', async () => {
    const web = webAppForTest();
    for (let head = 0; head < 20; head += 1) {
      expect((await web.ask(`${LINK}/events`, { method: 'HEAD' })).status).toBe(200);
    }
    expect((await open(web)).answer.status).toBe(200);
  });
});
