/** A page that the user's browser has open: it can send the browser, and requests, wherever it likes. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestBrowser } from '../support/browser.ts';
import { DEVICE, type Household, SKILL, startHousehold } from '../support/household.ts';
import { Neighbour } from '../support/neighbour.ts';
import { becomesConnected, openLink, signInAtProvider } from '../support/phone.ts';
import { userAgent } from '../support/user-agent.ts';

let home: Household;
let phone: TestBrowser;
let evil: Server;
/** Serves what the test has set. */
let evilPage = '';
let page: Page;

beforeAll(async () => {
  home = await startHousehold();
  phone = await home.phone();
  evil = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(evilPage),
  ).listen(0, '127.0.0.5');
  await once(evil, 'listening');
});

afterAll(async () => {
  evil?.closeAllConnections();
  evil?.close();
  await home?.close();
});

beforeEach(async () => {
  home.skill.forget();
  await phone.context.clearCookies();
  page = await phone.context.newPage();
});

afterEach(() => page.close());

const evilOrigin = (): string => `http://127.0.0.5:${(evil.address() as AddressInfo).port}`;
const ourOrigin = (): string => `http://${DEVICE}:${home.broker.httpPort}`;

async function visit(html: string): Promise<void> {
  evilPage = `<!doctype html><title>evil</title>${html}`;
  await page.goto(`${evilOrigin()}/`);
}

function tokensOf(appId: string): number {
  return home.skill.seen.filter(({ type }) => type === `oauth.token.response.${SKILL}_${appId}`).length;
}

describe('DNS rebinding', () => {
  test('does not make a foreign name our own, in a real browser', async () => {
    await home.registerApp('rebound');
    const path = new URL(await home.link('rebound')).pathname;
    const rebound = await home.phone({});
    try {
      // The attacker's name, which by now leads to the device.
      const tab = await rebound.context.newPage();
      await tab.route('**/*', async (route) => {
        const headers = { ...route.request().headers(), host: 'rebound.evil.example' };
        const neighbour = new Neighbour('127.0.0.66', DEVICE, home.broker.httpPort);
        const { status, body } = await neighbour.ask(new URL(route.request().url()).pathname, { headers });
        await route.fulfill({ status, body, contentType: 'text/html' });
      });
      const answer = await tab.goto(`http://rebound.evil.example${path}`);
      expect(answer?.status()).toBe(421);
      expect(await tab.content()).not.toContain('rebound.example');
    } finally {
      await rebound.close();
    }
  });

  test.each([
    'rebound.evil.example',
    '127.0.0.2.evil.example',
    'localhost.evil.example',
    '2130706434.evil.example',
    'evil.example#127.0.0.2',
  ])('is refused by the name %s on every kind of path, and changes nothing', async (host) => {
    await home.registerApp('names');
    const path = new URL(await home.link('names')).pathname;
    const neighbour = new Neighbour('127.0.0.66', DEVICE, home.broker.httpPort);
    for (const asked of [
      '/',
      path,
      `${path}/status`,
      `${path}/events`,
      '/console',
      '/auth/callback/a_b?code=c&state=s',
    ]) {
      for (const method of ['GET', 'POST']) {
        const { status, headers } = await neighbour.ask(asked, { method, headers: { host } });
        expect([asked, method, [400, 421].includes(status)]).toEqual([asked, method, true]);
        expect(headers['set-cookie']).toBeUndefined();
      }
    }
  });
});

describe('cross-site requests', () => {
  test('do not press the button of the landing page', async () => {
    await home.registerApp('pressed');
    const link = await home.link('pressed');
    await visit(
      `<form method="post" action="${link}"><input name="method" value="lan"><button>x</button></form>`,
    );
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url() === link),
      page.click('button'),
    ]);
    expect(answer.status()).toBe(400);
    expect(await page.content()).not.toContain(home.provider.issuer);
    expect(await phone.context.cookies(ourOrigin())).toEqual([]);
  });

  test('from a sandboxed frame, whose origin is null, do not either', async () => {
    await home.registerApp('sandboxed');
    const link = await home.link('sandboxed');
    const form = `<form method=post target=_top action='${link}'></form><script>document.forms[0].submit()</script>`;
    const answered = page.waitForResponse((response) => response.url() === link);
    await visit(
      `<iframe sandbox="allow-scripts allow-forms allow-top-navigation" srcdoc="${form}"></iframe>`,
    ).catch(() => {});
    const answer = await answered;
    expect([answer.request().headers()['origin'], answer.status()]).toEqual(['null', 400]);
    expect(await phone.context.cookies(ourOrigin())).toEqual([]);
  });

  test('are not let read what we answer, and not let send JSON or headers of their own', async () => {
    await home.registerApp('read');
    const link = await home.link('read');
    await visit('');
    const read = await page.evaluate(async (address) => {
      const attempts: ReadonlyArray<RequestInit> = [
        {},
        { credentials: 'include' },
        { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
        { headers: { 'x-custom': '1' } },
      ];
      const outcomes: string[] = [];
      for (const init of attempts) {
        for (const path of ['', '/status']) {
          const outcome = await fetch(address + path, init).then(
            (response) => response.text(),
            () => 'refused',
          );
          outcomes.push(outcome);
        }
      }
      return outcomes;
    }, link);
    expect(read).toEqual(Array.from({ length: 8 }, () => 'refused'));
  });

  test('do not follow the events of a sign-in', async () => {
    await home.registerApp('followed');
    const link = await home.link('followed');
    await visit('');
    const outcome = await page.evaluate(
      (address) =>
        new Promise((resolve) => {
          const source = new EventSource(`${address}/events`);
          source.addEventListener('state', () => resolve('read'));
          source.addEventListener('error', () => resolve('refused'));
        }),
      link,
    );
    expect(outcome).toBe('refused');
  });
});

describe('clickjacking', () => {
  test('has no page of ours to lay over: none can be framed', async () => {
    await home.registerApp('framed');
    const link = await home.link('framed');
    for (const address of [link, `${link}/paste`, `${ourOrigin()}/`, `${ourOrigin()}/console`]) {
      const failed = page.waitForEvent('requestfailed', (request) => request.url() === address);
      await visit(`<iframe src="${address}"></iframe>`);
      expect([address, (await failed).failure()?.errorText]).toEqual([
        address,
        'net::ERR_BLOCKED_BY_RESPONSE',
      ]);
    }
  });

  test('has no window of ours to drive: one that was opened knows nothing of its opener', async () => {
    await home.registerApp('opened');
    const link = await home.link('opened');
    await visit('<button>open</button>');
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.evaluate((address) => {
        (globalThis as unknown as { open(address: string, name: string): unknown }).open(address, 'victim');
      }, link),
    ]);
    await popup.waitForLoadState();
    expect(await popup.evaluate(() => (globalThis as unknown as { opener: unknown }).opener === null)).toBe(
      true,
    );
    await popup.close();
  });
});

describe('login CSRF and session fixation', () => {
  test('an attacker’s own answer, opened in the victim’s browser, signs nobody in', async () => {
    await home.registerApp('login');
    // The attacker has started a sign-in of the household from its QR, on their own phone, with their own account …
    const link = new URL(await home.link('login')).pathname;
    const thief = new Neighbour('127.0.0.66', DEVICE, home.broker.httpPort);
    const started = await thief.submit(link, { method: 'lan' });
    const address = /content="0;url=([^"]+)"/.exec(started.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const answer = await userAgent.approve(address);
    // … and sends the victim's browser to the callback.
    await visit(`<a href="${answer.replaceAll('&', '&amp;')}">kittens</a>`);
    await page.click('a');
    await page.getByRole('heading', { name: 'Another browser' }).waitFor();
    expect(tokensOf('login')).toBe(0);
  });

  test('an answer without a state, with an invented one, or of another app, signs nobody in', async () => {
    await home.registerApp('invented');
    await home.registerApp('victim');
    const own = new URL(await userAgent.approve(await home.address('invented')));
    const code = own.searchParams.get('code') ?? '';
    const { href } = new URL(home.callback('victim'));
    for (const query of [
      `code=${code}`,
      `code=${code}&state=invented`,
      `code=${code}&state=`,
      own.search.slice(1),
    ]) {
      await visit(`<script>location = ${JSON.stringify(`${href}?${query}`)}</script>`);
      await page.waitForURL(/\/auth\/result\//);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).not.toBe('Connected');
    }
    expect([tokensOf('victim'), tokensOf('invented')]).toEqual([0, 0]);
    expect((await home.provider.counters()).tokenRequests).toBe(0);
  });

  test('a cookie that the attacker has chosen binds nothing: only one of ours is kept', async () => {
    await home.registerApp('fixed');
    const link = await home.link('fixed');
    await phone.context.addCookies([
      { name: 'ovos_oauth_browser', value: 'chosen-by-the-attacker', url: ourOrigin() },
    ]);
    const tab = await openLink(phone.context, link);
    await signInAtProvider(tab);
    await becomesConnected(tab);
    const [cookie] = await phone.context.cookies(ourOrigin());
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    await tab.close();
  });

  test('an answer that was brought once brings nothing more: neither a second token nor a second request', async () => {
    await home.registerApp('replayed');
    const answer = await userAgent.approve(await home.address('replayed'));
    const before = (await home.provider.counters()).tokenRequests;
    const neighbour = new Neighbour('127.0.0.66', '127.0.0.1', home.broker.httpPort);
    const { pathname, search } = new URL(answer);
    const answers = await Promise.all(Array.from({ length: 20 }, () => neighbour.ask(pathname + search)));
    expect(answers.every(({ status }) => status === 303)).toBe(true);
    expect(await home.accessToken('replayed')).not.toBe('');
    expect(tokensOf('replayed')).toBe(1);
    expect((await home.provider.counters()).tokenRequests).toBe(before + 1);
    expect((await home.provider.counters()).revokedGrants).toBe(0);
  });
});
