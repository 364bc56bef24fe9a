import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/locale/index.ts';
import { accessibilityFindings } from '../support/axe.ts';
import type { TestBrowser } from '../support/browser.ts';
import { consoleLink, openConsole } from '../support/console.ts';
import { DEVICE, type Household, SKILL, startHousehold } from '../support/household.ts';
import { becomesConnected, openLink, signInAtProvider } from '../support/phone.ts';
import { keepPicture } from '../support/pictures.ts';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };

let home: Household;
let phone: TestBrowser;
/** That nobody lets in. */
let otherPhone: TestBrowser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  home = await startHousehold({ revocation: true });
  phone = await home.phone();
  otherPhone = await home.phone();
  await home.registerApp('music', { scope: 'openid offline_access read' });
  const signIn = await openLink(phone.context, await home.link('music'));
  await signInAtProvider(signIn);
  await becomesConnected(signIn);
  await signIn.close();
  await home.ask('oauth.register', 'spotify', { provider: 'spotify' });
  await home.registerApp('calendar');
  await home.link('calendar');
  page = await openConsole(home, phone.context);
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A plain-http address is not trustworthy to a browser, which is what it says there.
    const isKnown = /Cross-Origin-Opener-Policy header has been ignored|status of 4\d\d/.test(message.text());
    if (message.type() === 'error' && !isKnown) complaints.push(message.text());
  });
});

afterAll(() => home?.close());

const account = (appId: string, page = ''): string =>
  `/console/accounts/${encodeURIComponent(`${SKILL}_${appId}`)}${page}`;

const PAGES: readonly (readonly [name: string, path: string])[] = [
  ['accounts', '/console'],
  ['account-connected', account('music')],
  ['account-needs-client', account('spotify')],
  ['account-under-way', account('calendar')],
  ['disconnect', account('music', '/disconnect')],
  ['client', account('spotify', '/client')],
  ['services', '/console/services'],
  ['services-found', '/console/services?q=s'],
  ['services-not-found', '/console/services?q=nothing-at-all'],
  ['service', '/console/services/spotify'],
  ['service-own-server', '/console/services/keycloak'],
  ['server', '/console/server'],
  ['activity', '/console/activity'],
  ['activity-of-one', `/console/activity?account=${encodeURIComponent(`${SKILL}_music`)}`],
  ['settings', '/console/settings'],
  ['browsers', '/console/browsers'],
  ['error', account('no-such-app')],
];

describe.each([
  ['light', 'phone', PHONE],
  ['dark', 'phone', PHONE],
  ['light', 'desktop', DESKTOP],
  ['dark', 'desktop', DESKTOP],
] as const)('in %s on a %s', (colorScheme, device, size) => {
  beforeAll(async () => {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
  });

  test.each(PAGES)('%s is accessible, fits the screen and runs without a complaint', async (name, path) => {
    complaints.length = 0;
    await page.goto(`http://${DEVICE}:${home.broker.httpPort}${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await keepPicture(page, `console-${name}-${device}-${colorScheme}`);
    expect(await accessibilityFindings(page)).toEqual([]);
    const tooWide = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(tooWide).toBe(0);
    expect(complaints).toEqual([]);
  });

  test.each(['closed', 'open', 'code-wrong'] as const)('the way in is accessible: %s', async (name) => {
    const stranger = await otherPhone.context.newPage();
    await stranger.setViewportSize(size);
    await stranger.emulateMedia({ colorScheme });
    await stranger.goto(
      name === 'open' ? await consoleLink(home) : `http://${DEVICE}:${home.broker.httpPort}/console`,
    );
    if (name === 'code-wrong') {
      await stranger.getByLabel('Or type the code').fill('AAAA-BBBB-CCCC');
      await stranger.getByRole('button', { name: 'Open' }).click();
      await stranger.getByRole('alert').waitFor();
    }
    await keepPicture(stranger, `console-${name}-${device}-${colorScheme}`);
    expect(await accessibilityFindings(stranger)).toEqual([]);
    await stranger.close();
  });
});

describe('on the narrowest phone', () => {
  beforeAll(() => page.setViewportSize({ width: 320, height: 640 }));
  afterAll(() => page.setExtraHTTPHeaders({}));

  test.each(LANGUAGES)('no page in the language %s is wider than the screen', async (language) => {
    await page.setExtraHTTPHeaders({ 'accept-language': language });
    for (const [name, path] of PAGES) {
      await page.goto(`http://${DEVICE}:${home.broker.httpPort}${path}`);
      const [lang, tooWide] = await Promise.all([
        page.locator('html').getAttribute('lang'),
        page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
      ]);
      expect([name, lang, tooWide]).toEqual([name, language, 0]);
    }
  });
});
