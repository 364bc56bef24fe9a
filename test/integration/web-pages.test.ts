import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MethodChoice } from '../../src/broker/methods/method.ts';
import type { Landing } from '../../src/broker/types.ts';
import { systemClock } from '../../src/clock.ts';
import { type ErrorCode, OAuthBrokerError } from '../../src/errors.ts';
import { Providers } from '../../src/providers/index.ts';
import { WebServer } from '../../src/web/index.ts';
import { accessibilityFindings } from '../support/axe.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { LINK_CODE, SAMPLE_APP, webAppForTest } from '../support/web-app.ts';

/** Where pictures of the pages go, if anywhere. */
const PICTURES = process.env['OVOS_OAUTH_TEST_PICTURES'];

/** A provider whose sign-in passes over a second host, as large ones do, and answers with what the page asks. */
class TwoHostProvider {
  readonly #server: Server;
  isMute = false;
  /** `Referer` of every request. */
  readonly referrers: Array<string | undefined> = [];
  callback = '';

  constructor() {
    this.#server = createServer((request, response) => {
      this.referrers.push(request.headers.referer);
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://provider.test');
      if (this.isMute) {
        // A browser that is answered with nothing stays where it is.
        response.writeHead(204).end();
      } else if (pathname === '/authorize') {
        response
          .writeHead(302, { location: `http://login.test:${this.port}/login?${searchParams.toString()}` })
          .end();
      } else if (pathname === '/login') {
        response.writeHead(302, { location: `${this.callback}?code=the-code&state=the-state` }).end();
      } else response.writeHead(200, { 'content-type': 'text/html' }).end('<title>provider</title>');
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const LOOPBACK = `http://127.0.0.1:36536/auth/callback/${encodeURIComponent(SAMPLE_APP.mungedId)}`;
const CODE = { userCode: 'WDJB-MJHT', expiresAt: Date.UTC(2026, 0, 1, 0, 15) };
const PASTE_ONLY: readonly MethodChoice[] = [
  { method: 'paste', offered: true, reason: 'paste_always_works' },
  { method: 'loopback', offered: false, reason: 'other_machine' },
  { method: 'shell', offered: false, reason: 'no_shell' },
  { method: 'device', offered: false, reason: 'device_flow_missing' },
  { method: 'lan', offered: false, reason: 'provider_refuses_lan' },
  { method: 'relay', offered: false, reason: 'no_relay' },
];
const WITH_CODE: readonly MethodChoice[] = [
  { method: 'device', offered: true, reason: 'device_flow_best' },
  { method: 'lan', offered: true, reason: 'provider_takes_lan' },
  { method: 'paste', offered: true, reason: 'paste_always_works' },
];

let browser: TestBrowser;
let provider: TwoHostProvider;
let web: ReturnType<typeof webAppForTest>;
let server: WebServer;
let page: Page;
let complaints: string[];
let device: string;

beforeAll(async () => {
  // A plain-http name is what a LAN address is to a browser: not trustworthy, unlike the loopback address.
  browser = await launchBrowser(['--host-resolver-rules=MAP *.test 127.0.0.1']);
});
afterAll(() => browser?.close());

beforeEach(async () => {
  provider = new TwoHostProvider();
  await provider.start();
  web = webAppForTest({
    clock: { ...systemClock, now: () => Date.UTC(2026, 0, 1) },
    hosts: { hostname: 'mark2', lanHost: 'device.test', addresses: () => [] },
  });
  const { app, log, progress } = web;
  server = new WebServer(() => app, { host: '127.0.0.1', port: 0, log, clock: systemClock, progress });
  await server.start();
  device = `http://device.test:${server.port}`;
  provider.callback = `${device}/auth/callback/${encodeURIComponent(SAMPLE_APP.mungedId)}`;
  web.signIn.app = {
    ...SAMPLE_APP,
    authorizationEndpoint: `http://provider.test:${provider.port}/authorize`,
  };
  web.signIn.authorizationUrl = `http://provider.test:${provider.port}/authorize?state=the-state`;
  web.signIn.landingFields = {
    redirectUri: provider.callback,
    redirectUris: { lan: provider.callback, paste: LOOPBACK },
  };
  page = await browser.context.newPage();
  await page.setViewportSize({ width: 390, height: 844 });
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const isNoise = /Cross-Origin-Opener-Policy header has been ignored|status of 4\d\d|status of 5\d\d/.test(
      message.text(),
    );
    if (message.type() === 'error' && !isNoise) complaints.push(message.text());
  });
});

afterEach(async () => {
  await page.close();
  await browser.context.clearCookies();
  await server.stop();
  provider.stop();
});

describe('a sign-in in Chromium', () => {
  test('goes from the QR over both hosts of the provider to the result, in one browser', async () => {
    await page.goto(`${device.replace('http', 'HTTP')}/S/${LINK_CODE}`);
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    const [continued] = web.signIn.continued;
    const [completed] = web.signIn.completed;
    expect(completed?.params.get('code')).toBe('the-code');
    expect(completed?.mungedId).toBe(SAMPLE_APP.mungedId);
    expect(completed?.browser).toMatch(/^[\w-]{22}$/);
    expect(completed?.browser).toBe(continued?.browser);
    expect(complaints).toEqual([]);
  });

  test('leaves neither code nor state in the address bar, and no trace of us at the provider', async () => {
    await page.goto(`${device}/s/${LINK_CODE}`);
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(page.url()).toMatch(new RegExp(`^${device}/auth/result/[\\w-]{22}$`));
    expect(provider.referrers).toEqual([undefined, undefined]);
    await page.reload();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(web.signIn.completed).toHaveLength(1);
    await page.goBack();
    expect(page.url()).toBe(`${device}/s/${LINK_CODE}`);
  });

  test('works with scripts off', async () => {
    const session = await browser.context.newCDPSession(page);
    await session.send('Emulation.setScriptExecutionDisabled', { value: true });
    await page.goto(`${device}/s/${LINK_CODE}`);
    await page.locator('button.primary').click();
    await page.waitForURL(/\/auth\/result\//);
    expect(web.signIn.completed[0]?.browser).toBe(web.signIn.continued[0]?.browser);
  });

  test('works from the keyboard', async () => {
    await page.goto(`${device}/s/${LINK_CODE}`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(web.signIn.completed).toHaveLength(1);
  });

  test('is moved from the name of the device to the host of the callback, where the cookie counts', async () => {
    await page.goto(`http://localhost:${server.port}/s/${LINK_CODE}`);
    expect(page.url()).toBe(`${device}/s/${LINK_CODE}?moved`);
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(web.signIn.completed[0]?.browser).toBe(web.signIn.continued[0]?.browser);
  });

  test('is not started by a form on another site', async () => {
    await page.route('http://evil.test/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${device}/s/${LINK_CODE}"><button>win</button></form>`,
      }),
    );
    await page.goto('http://evil.test/');
    await page.getByRole('button').click();
    await page.waitForURL(`${device}/s/${LINK_CODE}`);
    expect(await page.title()).toContain('That did not work');
    expect(web.signIn.continued).toEqual([]);
  });

  test('can not be framed', async () => {
    await page.route('http://evil.test/', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${device}/s/${LINK_CODE}"></iframe>` }),
    );
    await page.goto('http://evil.test/');
    const frame = page.frames().find((one) => one !== page.mainFrame());
    await expect.poll(() => frame?.url()).toBe('chrome-error://chromewebdata/');
  });
});

describe('what is to be copied', () => {
  const spotify = (): Promise<void> => known('spotify', { methods: PASTE_ONLY });

  test('is copied by a button on plain http too, where there is no clipboard for scripts', async () => {
    await spotify();
    await page.goto(`${device}/s/${LINK_CODE}`);
    expect(await page.evaluate("'clipboard' in navigator")).toBe(false);
    await page.getByText('Setting up Spotify').click();
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    await page.goto(`${device}/s/${LINK_CODE}/paste`);
    await page.getByLabel('The address that you copied').focus();
    await page.keyboard.press('Control+V');
    expect(await page.getByLabel('The address that you copied').inputValue()).toBe(LOOPBACK);
    expect(complaints).toEqual([]);
  });

  test('has no button without scripts, and is there to be selected', async () => {
    await spotify();
    const session = await browser.context.newCDPSession(page);
    await session.send('Emulation.setScriptExecutionDisabled', { value: true });
    await page.goto(`${device}/s/${LINK_CODE}`);
    await page.getByText('Setting up Spotify').click();
    expect(await page.locator('button').count()).toBe(1);
    expect(await page.locator('button').isVisible()).toBe(false);
    expect(await page.locator('.address code').textContent()).toBe(LOOPBACK);
  });
});

describe('the box for the copied address', () => {
  test('is not taken away under the fingers by news that do not end the sign-in', async () => {
    await known('spotify', { methods: PASTE_ONLY });
    await page.goto(`${device}/s/${LINK_CODE}/paste`);
    const box = page.getByLabel('The address that you copied');
    await box.fill('http://127.0.0.1:36536/auth');
    const news = page.waitForResponse((response) => response.url().endsWith('/status'));
    const failure = new OAuthBrokerError('device_code_expired');
    web.signIn.landingFields = { ...web.signIn.landingFields, deviceFailure: failure };
    web.progress.changed(LINK_CODE);
    await page.evaluate((path) => void fetch(path), `/s/${LINK_CODE}/status`);
    await news;
    expect(await box.inputValue()).toBe('http://127.0.0.1:36536/auth');

    web.signIn.landingFields = { ...web.signIn.landingFields, state: 'connected' };
    web.progress.changed(LINK_CODE);
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
  });

  test('works from the keyboard, in the order of the steps', async () => {
    await known('spotify', { methods: PASTE_ONLY });
    provider.isMute = true;
    await page.goto(`${device}/s/${LINK_CODE}/paste`);
    await page.keyboard.press('Tab');
    const [tab] = await Promise.all([page.waitForEvent('popup'), page.keyboard.press('Enter')]);
    await tab.getByRole('heading', { name: 'One moment' }).waitFor();
    await tab.close();
    await page.bringToFront();
    await page.keyboard.press('Tab');
    await page.keyboard.type(`${LOOPBACK}?code=c&state=s`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(web.signIn.pasted).toMatchObject([
      { text: `${LOOPBACK}?code=c&state=s`, browser: web.signIn.continued[0]?.browser },
    ]);
  });
});

describe('the landing page, left open', () => {
  test('becomes the result as soon as the sign-in has ended elsewhere', async () => {
    await page.goto(`${device}/s/${LINK_CODE}`);
    web.signIn.landingFields = { ...web.signIn.landingFields, state: 'connected' };
    await expect
      .poll(async () => {
        web.progress.changed(LINK_CODE);
        return page.title();
      })
      .toContain('Connected');
    expect(complaints).toEqual([]);
  });

  test('asks by itself where no more streams are to be had', async () => {
    for (let watcher = 0; watcher < 8; watcher += 1) web.progress.watch(LINK_CODE, '127.0.0.1');
    await page.goto(`${device}/s/${LINK_CODE}`);
    await page.waitForResponse((response) => response.url().endsWith('/status'));
    web.signIn.landingFields = { ...web.signIn.landingFields, state: 'connected' };
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(complaints).toEqual([]);
  });
});

/** The landing of an app of a provider that the catalogue knows. */
async function known(name: string, fields: Partial<Landing>): Promise<void> {
  const entry = await new Providers().find(name);
  if (entry === undefined) throw new Error(`no provider ${name}`);
  const { authorization = '' } = entry.endpoints;
  web.signIn.app = {
    ...web.signIn.app,
    authorizationEndpoint: authorization,
    scope: Object.keys(entry.scopes.known).slice(0, 3).join(' '),
  };
  web.signIn.landingFields = { ...web.signIn.landingFields, provider: entry, ...fields };
}

describe('every page', () => {
  const failure = (code: ErrorCode) => async (): Promise<void> => {
    web.signIn.refusal = new OAuthBrokerError(code);
    await page.goto(`${provider.callback}?code=c&state=s`);
  };
  const pages: ReadonlyArray<readonly [string, () => Promise<unknown>]> = [
    ['index', () => page.goto(device)],
    ['landing', () => page.goto(`${device}/s/${LINK_CODE}`)],
    [
      'landing-hostile',
      () => {
        const long = `"><img src=x onerror=alert(1)>\u202E${'ovos-skill-'.repeat(40)}`;
        web.signIn.app = {
          ...web.signIn.app,
          skillId: long,
          scope: `${long} ${'scope:read '.repeat(30)}`.trim(),
        };
        return page.goto(`${device}/s/${LINK_CODE}`);
      },
    ],
    [
      'landing-paste',
      async () => {
        await known('spotify', { methods: PASTE_ONLY });
        await page.goto(`${device}/s/${LINK_CODE}`);
        for (const details of await page.locator('summary').all()) await details.click();
      },
    ],
    [
      'landing-code',
      async () => {
        const verificationUri = 'https://github.com/login/device';
        await known('github', { methods: WITH_CODE, device: { ...CODE, verificationUri } });
        await page.goto(`${device}/s/${LINK_CODE}`);
      },
    ],
    [
      'landing-code-filled-in',
      async () => {
        const verificationUri = 'https://www.twitch.tv/activate';
        const verificationUriComplete = `${verificationUri}?device-code=WDJBMJHT`;
        const codes = { ...CODE, userCode: 'WDJBMJHTKQ', verificationUri, verificationUriComplete };
        await known('twitch', { methods: WITH_CODE, device: codes });
        await page.goto(`${device}/s/${LINK_CODE}`);
      },
    ],
    [
      'landing-code-expired',
      async () => {
        const deviceFailure = new OAuthBrokerError('device_code_expired');
        await known('github', { methods: WITH_CODE, deviceFailure });
        await page.goto(`${device}/s/${LINK_CODE}`);
      },
    ],
    [
      'landing-no-way',
      async () => {
        const methods = PASTE_ONLY.map((choice) =>
          choice.method === 'paste'
            ? ({ ...choice, offered: false, reason: 'provider_refuses_loopback' } as const)
            : choice,
        );
        await known('slack', { methods });
        await page.goto(`${device}/s/${LINK_CODE}`);
      },
    ],
    [
      'paste',
      async () => {
        await known('spotify', { methods: PASTE_ONLY });
        await page.goto(`${device}/s/${LINK_CODE}/paste`);
      },
    ],
    [
      'paste-wrong',
      async () => {
        await known('spotify', { methods: PASTE_ONLY });
        web.signIn.refusal = new OAuthBrokerError('paste_other_site');
        await page.goto(`${device}/s/${LINK_CODE}/paste`);
        await page.getByLabel('The address that you copied').fill('https://open.spotify.com/');
        await page.getByRole('button', { name: 'Connect' }).click();
        await page.getByRole('alert').waitFor();
      },
    ],
    [
      'code-expired',
      async () => {
        const failed = { state: 'failed', failure: new OAuthBrokerError('device_code_expired') } as const;
        await known('github', { methods: WITH_CODE, ...failed });
        await page.goto(`${device}/s/${LINK_CODE}`);
      },
    ],
    [
      'leaving',
      async () => {
        provider.isMute = true;
        await page.goto(`${device}/s/${LINK_CODE}`);
        await page.getByRole('button', { name: /^Continue to/ }).click();
        await page.getByRole('heading', { name: 'One moment' }).waitFor();
      },
    ],
    ['connected', () => page.goto(`${provider.callback}?code=c&state=s`)],
    ['declined', failure('access_denied')],
    ['expired', failure('attempt_expired')],
    ['used', failure('attempt_used')],
    ['other-browser', failure('attempt_other_browser')],
    ['unreachable', failure('provider_unreachable')],
    [
      'retry',
      () => {
        const failed = { state: 'failed', failure: new OAuthBrokerError('access_denied') } as const;
        web.signIn.landingFields = { ...web.signIn.landingFields, ...failed };
        return page.goto(`${device}/s/${LINK_CODE}`);
      },
    ],
    ['link-unknown', () => page.goto(`${device}/s/0000000000`)],
    ['not-found', () => page.goto(`${device}/nothing`)],
  ];

  test.each(pages)(
    '%s is accessible, fits a phone and stays within its policy, light and dark',
    async (name, open) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await open();
        expect(await accessibilityFindings(page)).toEqual([]);
        const { scrollWidth, clientWidth } = await page.evaluate(() => {
          const { document } = globalThis as unknown as {
            document: { documentElement: Record<string, number> };
          };
          const { scrollWidth, clientWidth } = document.documentElement;
          return { scrollWidth, clientWidth };
        });
        expect(scrollWidth).toBe(clientWidth);
        if (PICTURES !== undefined) {
          await mkdir(PICTURES, { recursive: true });
          await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`), fullPage: true });
        }
      }
      expect(complaints).toEqual([]);
    },
  );
});
