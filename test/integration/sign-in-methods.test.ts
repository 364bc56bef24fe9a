import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestBrowser } from '../support/browser.ts';
import { DEVICE, type Household, SKILL, startHousehold } from '../support/household.ts';
import { becomesConnected, endInNowhere, openLink, secondTab, signInAtProvider } from '../support/phone.ts';
import { textOf } from '../support/text-of.ts';

let home: Household;
let phone: TestBrowser;

beforeAll(async () => {
  home = await startHousehold({ deviceFlow: true });
  phone = await home.phone();
});

afterAll(() => home?.close());

beforeEach(async () => {
  home.skill.forget();
  await phone.context.clearCookies();
});

async function deviceFlowApp(appId: string): Promise<void> {
  await home.registerApp(appId, { device_authorization_endpoint: `${home.provider.issuer}/device/auth` });
}

/** The provider's pages for a code that came along in the address. */
async function confirmCode(tab: Page): Promise<void> {
  await tab.getByRole('button', { name: 'Continue' }).click();
  await signInAtProvider(tab);
  await tab.getByRole('heading', { name: 'Device connected' }).waitFor();
}

test('lan: a phone comes straight back to the device on another address', async () => {
  await home.registerApp('lan');
  const page = await openLink(phone.context, await home.link('lan'));
  await signInAtProvider(page);
  await becomesConnected(page);
  expect(new URL(page.url()).hostname).toBe(DEVICE);
  expect(await home.accessToken('lan')).not.toBe('');
  await page.close();
});

test('loopback: a browser on the device itself goes to 127.0.0.1, where a phone finds nothing', async () => {
  await home.registerApp('loopback');
  const lost = await phone.context.newPage();
  await lost.goto(await home.address('loopback'));
  const { reason } = await endInNowhere(lost, signInAtProvider);
  expect(reason).toBe('net::ERR_CONNECTION_REFUSED');
  await lost.close();

  const browser = await home.deviceBrowser();
  const page = await browser.context.newPage();
  await page.goto(await home.address('loopback'));
  await signInAtProvider(page);
  await becomesConnected(page);
  expect(await home.accessToken('loopback')).not.toBe('');
});

test('shell: the web view stops at the answer and forwards its address over the bus', async () => {
  await home.registerApp('shell');
  await home.skill.emit({ type: 'oauth.start', data: { skill_id: SKILL, app_id: 'shell' } });
  const { data } = await home.skill.waitFor('ovos.shell.oauth.start.authentication');
  // The web view stops before it opens that address; this browser can't open it.
  const view = await phone.context.newPage();
  await view.goto(textOf(data, 'url'));
  const { address } = await endInNowhere(view, signInAtProvider);
  const answer = await home.ask('ovos.shell.oauth.authentication.forward', 'shell', { redirectURL: address });
  expect(answer).toMatchObject({ result: 'Ok' });
  expect(await home.accessToken('shell')).not.toBe('');
  await view.close();
});

describe('paste: where the phone finds nothing at the address, the user brings it', () => {
  test.each<[string, (address: string) => string]>([
    ['the whole address', (address) => address],
    ['only its query', (address) => new URL(address).search],
    ['just the code', (address) => new URL(address).searchParams.get('code') ?? ''],
  ])('%s', async (what, copied) => {
    await home.registerApp(what);
    const page = await phone.context.newPage();
    await page.goto(await home.link(what));
    await page.getByRole('link', { name: 'Sign in and copy an address' }).click();
    const tab = await secondTab(page, () => page.getByRole('button', { name: 'Open ' }).click());
    const { address, reason } = await endInNowhere(tab, signInAtProvider);
    expect(reason).toBe('net::ERR_CONNECTION_REFUSED');
    expect(address).toContain(home.callback(what, '127.0.0.1'));
    await page.getByLabel('The address that you copied').fill(copied(address));
    await page.getByRole('button', { name: 'Connect' }).click();
    await becomesConnected(page);
    expect(page.url()).not.toMatch(/code=|state=/);
    expect(await home.accessToken(what)).not.toBe('');
    await tab.close();
    await page.close();
  });

  test('just the code of a provider that announces RFC 9207', async () => {
    await home.registerApp('issuer', {
      issuer: home.provider.issuer,
      auth_endpoint: null,
      token_endpoint: null,
    });
    const page = await phone.context.newPage();
    await page.goto(await home.link('issuer', 'lan'));
    await page.getByRole('link', { name: 'Sign in and copy an address' }).click();
    const tab = await secondTab(page, () => page.getByRole('button', { name: 'Open ' }).click());
    const { address } = await endInNowhere(tab, signInAtProvider);
    await page
      .getByLabel('The address that you copied')
      .fill(new URL(address).searchParams.get('code') ?? '');
    await page.getByRole('button', { name: 'Connect' }).click();
    await becomesConnected(page);
    expect(await home.accessToken('issuer')).not.toBe('');
    await tab.close();
    await page.close();
  });

  test('without scripts', async () => {
    await home.registerApp('no scripts');
    const page = await phone.context.newPage();
    const session = await phone.context.newCDPSession(page);
    await session.send('Emulation.setScriptExecutionDisabled', { value: true });
    await page.goto(await home.link('no scripts'));
    await page.getByRole('link', { name: 'Sign in and copy an address' }).click();
    const tab = await secondTab(page, () => page.getByRole('button', { name: 'Open ' }).click());
    const { address } = await endInNowhere(tab, signInAtProvider);
    await page.getByLabel('The address that you copied').fill(address);
    await page.getByRole('button', { name: 'Connect' }).click();
    await becomesConnected(page);
    expect(await home.accessToken('no scripts')).not.toBe('');
    await tab.close();
    await page.close();
  });
});

describe('device: the user confirms a code at the provider', () => {
  test('which the landing page shows, and it becomes the result by itself', async () => {
    await deviceFlowApp('code');
    const page = await phone.context.newPage();
    await page.goto(await home.link('code', 'lan'));
    await page.getByRole('button', { name: 'Get a code' }).click();
    await page.getByRole('heading', { name: 'Your code' }).waitFor();
    const code = (await page.locator('.code [aria-hidden]').textContent()) ?? '';
    const tab = await secondTab(page, () =>
      page
        .getByRole('link', { name: /^Open / })
        .first()
        .click(),
    );
    await tab.getByRole('heading', { name: `Is it ${code}?` }).waitFor();
    await confirmCode(tab);
    await becomesConnected(page);
    expect(await home.accessToken('code')).not.toBe('');
    await tab.close();
    await page.close();
  });

  test('which the QR brings along', async () => {
    await deviceFlowApp('code in the QR');
    const page = await phone.context.newPage();
    await page.goto(await home.link('code in the QR'));
    await confirmCode(page);
    expect(await home.accessToken('code in the QR')).not.toBe('');
    await page.close();
  });

  test('and the code is on a page without scripts as well, until the reload that shows the result', async () => {
    await deviceFlowApp('code without scripts');
    const page = await phone.context.newPage();
    const session = await phone.context.newCDPSession(page);
    await session.send('Emulation.setScriptExecutionDisabled', { value: true });
    await page.goto(await home.link('code without scripts', 'lan'));
    await page.getByRole('button', { name: 'Get a code' }).click();
    const tab = await secondTab(page, () =>
      page
        .getByRole('link', { name: /^Open / })
        .first()
        .click(),
    );
    await confirmCode(tab);
    await becomesConnected(page);
    expect(await home.accessToken('code without scripts')).not.toBe('');
    await tab.close();
    await page.close();
  });
});
