import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callDaemon } from '../../src/control/client.ts';
import type { TestBrowser } from '../support/browser.ts';
import { consoleLink, openConsole } from '../support/console.ts';
import { DEVICE, type Household, SKILL, startHousehold } from '../support/household.ts';
import { type Answer, type RawRequest, requestFrom } from '../support/request-from.ts';

const SECRET = 'planted-secret-of-a-client';
const PAGES = [
  '/console',
  `/console/accounts/${SKILL}_music`,
  `/console/accounts/${SKILL}_music/disconnect`,
  `/console/accounts/${SKILL}_music/client`,
  '/console/services',
  '/console/services/spotify',
  '/console/server',
  '/console/activity',
  '/console/settings',
  '/console/browsers',
  '/console/events',
] as const;

let home: Household;
let phone: TestBrowser;
let port: number;

beforeAll(async () => {
  home = await startHousehold();
  phone = await home.phone();
  port = home.broker.httpPort;
  await home.registerApp('music', { public: false, client_secret: SECRET });
});

afterAll(() => home?.close());

/** A phone's request: it comes from another address and goes to the device's address on the LAN. */
function fromPhone(path: string, more: Partial<RawRequest> = {}): Promise<Answer> {
  return requestFrom({ port, path, from: '127.0.0.4', to: DEVICE, ...more });
}

function fromDevice(path: string, more: Partial<RawRequest> = {}): Promise<Answer> {
  return requestFrom({ port, path, ...more });
}

async function linkCode(): Promise<string> {
  return new URL(await consoleLink(home)).pathname.split('/').at(-1) ?? '';
}

/** The session cookie of a phone that has gone through a link. */
async function session(more: Partial<RawRequest> = {}): Promise<string> {
  const { headers } = await fromPhone('/console/open', { form: { code: await linkCode() }, ...more });
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

async function formToken(cookie: string): Promise<string> {
  const { body } = await fromPhone(`/console/accounts/${SKILL}_music`, { headers: { cookie } });
  return /name="form_token" value="([^"]+)"/.exec(body)?.[1] ?? '';
}

async function waitingSignIns(): Promise<number> {
  const cookie = await session();
  const { body } = await fromPhone('/console', { headers: { cookie } });
  return body.split('id="cancel-').length - 1;
}

describe('without a session', () => {
  test.each(PAGES)('%s is closed to another device', async (path) => {
    const { status, body } = await fromPhone(path);
    expect(status).toBe(403);
    expect(body).toContain('The console is closed');
    expect(body).not.toContain(SKILL);
  });

  test.each([
    ['that calls itself localhost', { from: '127.0.0.2', headers: { host: 'localhost' } }],
    ['that calls itself 127.0.0.1', { from: '127.0.0.3', headers: { host: '127.0.0.1' } }],
    ['that goes to the address on the LAN', { from: '127.0.0.1', to: DEVICE }],
    ['that calls itself 0.0.0.0', { headers: { host: '0.0.0.0' } }],
    ['that came through a proxy', { headers: { 'x-forwarded-for': '192.168.1.9' } }],
    ['that came through a proxy of the newer kind', { headers: { forwarded: 'for=192.168.1.9' } }],
    [
      'that brings a made-up cookie',
      { from: '127.0.0.2', headers: { cookie: `ovos_oauth_console=${'A'.repeat(43)}` } },
    ],
  ] satisfies [string, Partial<RawRequest>][])('nobody gets in with a request %s', async (_what, request) => {
    expect((await fromDevice('/console', request)).status).toBe(403);
  });

  test('nobody gets in through a proxy on the device that passes requests on as nginx does by itself', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.end(`GET /console HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('a browser at the device itself gets in', async () => {
    expect((await fromDevice('/console', { headers: { host: `localhost:${port}` } })).status).toBe(200);
    expect((await fromDevice('/console', { headers: { host: `127.0.0.1:${port}` } })).status).toBe(200);
  });

  test('a foreign name that resolves to the device gets nothing, from the device neither', async () => {
    const { status, body } = await fromDevice('/console', { headers: { host: `evil.example:${port}` } });
    expect(status).toBe(421);
    expect(body).not.toContain(SKILL);
  });

  test('nothing is done for who posts', async () => {
    const answer = await fromPhone(`/console/accounts/${SKILL}_music/connect`, { form: { form_token: '' } });
    expect(answer.status).toBe(403);
    expect(await waitingSignIns()).toBe(0);
  });
});

describe('a one-time link', () => {
  test('outlives programs that look at it in advance, and works once', async () => {
    const code = await linkCode();
    for (const method of ['GET', 'HEAD', 'GET']) {
      const { status, headers } = await fromPhone(`/console/open/${code}`, { method });
      expect(status).toBe(200);
      expect(headers['set-cookie']).toBeUndefined();
    }
    const first = await fromPhone('/console/open', { form: { code } });
    expect(first.status).toBe(303);
    const second = await fromPhone('/console/open', { form: { code } });
    expect(second.status).toBe(403);
    expect(second.headers['set-cookie']).toBeUndefined();
    expect((await fromPhone(`/console/open/${code}`)).status).toBe(403);
  });

  test('of two browsers that press at the same moment lets one in', async () => {
    const code = await linkCode();
    const answers = await Promise.all([1, 2, 3, 4].map(() => fromPhone('/console/open', { form: { code } })));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });

  test('gives a cookie that no script and no other site gets', async () => {
    const { headers } = await fromPhone('/console/open', { form: { code: await linkCode() } });
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^ovos_oauth_console=[\w-]{43};/);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    expect(cookie).toContain('Path=/console');
  });

  test('is not spent by a page of another site', async () => {
    const code = await linkCode();
    const answer = await fromPhone('/console/open', {
      form: { code },
      headers: { origin: 'http://evil.example' },
    });
    expect(answer.status).toBe(400);
    expect((await fromPhone('/console/open', { form: { code } })).status).toBe(303);
  });

  test('can not be guessed: who tries is locked out, with the right code too, and nobody else is', async () => {
    const code = await linkCode();
    const guesser = { from: '127.0.0.77' };
    const answers: number[] = [];
    for (let guess = 0; guess < 12; guess += 1) {
      answers.push(
        (await fromPhone('/console/open', { ...guesser, form: { code: `GUESS${guess}00000` } })).status,
      );
    }
    expect(answers.at(-1)).toBe(429);
    expect((await fromPhone('/console/open', { ...guesser, form: { code } })).status).toBe(429);
    expect((await fromPhone(`/console/open/${code}`, guesser)).status).toBe(429);
    expect((await fromPhone('/console/open', { form: { code } })).status).toBe(303);
  });
});

describe('with a session', () => {
  test.each([
    ['no token', async () => ({})],
    ['an empty token', async () => ({ form_token: '' })],
    ['a made-up token', async () => ({ form_token: 'A'.repeat(43) })],
    ['the token of another browser', async () => ({ form_token: await formToken(await session()) })],
    [
      'the token of the device itself',
      async () => {
        const { body } = await fromDevice(`/console/accounts/${SKILL}_music`);
        return { form_token: /name="form_token" value="([^"]+)"/.exec(body)?.[1] ?? '' };
      },
    ],
  ] satisfies [string, () => Promise<Record<string, string>>][])(
    'a form with %s does nothing',
    async (_what, fields) => {
      const cookie = await session();
      const { status, body } = await fromPhone(`/console/accounts/${SKILL}_music/connect`, {
        headers: { cookie },
        form: await fields(),
      });
      expect(status).toBe(400);
      expect(body).toContain('form_outdated');
      expect(await waitingSignIns()).toBe(0);
    },
  );

  test.each([
    ['of another site', { origin: 'http://evil.example' }],
    ['of another port of the device', { origin: `http://${DEVICE}:1` }],
    ['of a sandboxed frame', { origin: 'null' }],
    ['that the browser calls foreign', { 'sec-fetch-site': 'cross-site' }],
    ['that the browser calls a neighbour', { 'sec-fetch-site': 'same-site' }],
  ])('a form %s does nothing, whatever its token', async (_what, headers) => {
    const cookie = await session();
    const { status } = await fromPhone(`/console/accounts/${SKILL}_music/connect`, {
      headers: { cookie, ...headers },
      form: { form_token: await formToken(cookie) },
    });
    expect(status).toBe(400);
    expect(await waitingSignIns()).toBe(0);
  });

  test.each(['disconnect', 'client', 'connect'])(
    '%s is no link: opening it changes nothing',
    async (page) => {
      const cookie = await session();
      const before = await callDaemon(home.env, 'list', {});
      await fromPhone(`/console/accounts/${SKILL}_music/${page}`, { headers: { cookie } });
      expect(await callDaemon(home.env, 'list', {})).toEqual(before);
    },
  );

  test('a cookie that was closed, or of which only the name in the list is known, opens nothing', async () => {
    const cookie = await session();
    const { sessions } = await callDaemon(home.env, 'sessions', {});
    const [last] = sessions;
    const named = `ovos_oauth_console=${last?.id ?? ''}`;
    expect((await fromPhone('/console', { headers: { cookie: named } })).status).toBe(403);
    await callDaemon(home.env, 'sessions.revoke', { id: last?.id ?? '' });
    expect((await fromPhone('/console', { headers: { cookie } })).status).toBe(403);
  });

  test('a form with its own token from its own page does what it says', async () => {
    const cookie = await session();
    const { status, headers } = await fromPhone(`/console/accounts/${SKILL}_music/connect`, {
      headers: { cookie, origin: `http://${DEVICE}:${port}`, 'sec-fetch-site': 'same-origin' },
      form: { form_token: await formToken(cookie) },
    });
    expect(status).toBe(303);
    expect(headers.location).toMatch(/^\/s\/[0-9A-Z]+$/);
    expect(await waitingSignIns()).toBe(1);
  });

  test('no page holds a client secret', async () => {
    const cookie = await session();
    for (const path of PAGES.filter((page) => page !== '/console/events')) {
      const { status, body } = await fromPhone(path, { headers: { cookie } });
      expect([200, 303]).toContain(status);
      expect(body).not.toContain(SECRET);
    }
  });

  test('a client id or secret that no form lets through is refused', async () => {
    const cookie = await session();
    const token = await formToken(cookie);
    for (const fields of [
      { client_id: 'a\nb', client_secret: 'x' },
      { client_id: 'a'.repeat(3000), client_secret: 'x' },
      { client_id: 'a', client_secret: 'x\u0000y' },
    ]) {
      const { status } = await fromPhone(`/console/accounts/${SKILL}_music/client`, {
        headers: { cookie },
        form: { form_token: token, ...fields },
      });
      expect(status).toBe(400);
    }
  });
});

describe('what others have named', () => {
  const MARKUP = `"><img src=x onerror=alert(1)><script>alert(1)</script>`;
  const HOSTILE = `<b>${MARKUP}</b>`;

  test('is text on every page, and runs nowhere', async () => {
    await home.skill.waitForResponse(
      {
        type: 'oauth.register',
        data: {
          skill_id: HOSTILE,
          app_id: MARKUP,
          client_id: HOSTILE,
          public: true,
          auth_endpoint: home.provider.authorizationEndpoint,
          token_endpoint: home.provider.tokenEndpoint,
          scope: `read ${MARKUP.replaceAll(' ', '')}`,
        },
      },
      { replyType: 'oauth.register.response', timeout: 10_000 },
    );
    const ids = { skill_id: HOSTILE, app_id: MARKUP };
    await home.skill.waitForResponse(
      { type: 'oauth.generate.qr.request', data: ids },
      { replyType: 'oauth.generate.qr.response', timeout: 10_000 },
    );
    // A browser may call itself anything.
    await session({ headers: { 'user-agent': `Firefox/1 ${HOSTILE}` } });

    const page = await openConsole(home, phone.context);
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const at = (path: string): Promise<unknown> => page.goto(`http://${DEVICE}:${port}${path}`);
    const account = `/console/accounts/${encodeURIComponent(`${HOSTILE}_${MARKUP}`)}`;
    const query = encodeURIComponent(HOSTILE);

    await at('/console/services/home-assistant');
    await page.getByRole('textbox').fill(`http://127.0.0.3:1/${MARKUP}`);
    await page.getByRole('button', { name: 'Continue' }).click();

    let shown = '';
    for (const path of [
      '/console',
      account,
      `${account}/client`,
      `${account}/disconnect`,
      '/console/services/home-assistant',
      '/console/accounts/ovos-oauth_home-assistant',
      '/console/activity',
      '/console/browsers',
      `/console/services?q=${query}`,
      `/console/activity?account=${query}`,
      `/console/activity?attempt=${query}`,
      `/console/accounts/${query}`,
      `/console/services/${query}`,
    ]) {
      await at(path);
      const foreign = await page.evaluate(
        `document.querySelectorAll('img[src="x"], script:not([src]), b > b, [onerror]').length`,
      );
      expect([path, foreign]).toEqual([path, 0]);
      shown += await page.content();
    }
    expect(shown).toContain('&lt;b&gt;');
    expect(dialogs).toEqual([]);
  });
});
