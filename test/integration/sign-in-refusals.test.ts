import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestBrowser } from '../support/browser.ts';
import { type Household, startHousehold } from '../support/household.ts';
import {
  becomesConnected,
  declineAtProvider,
  endInNowhere,
  openLink,
  secondTab,
  signInAtProvider,
} from '../support/phone.ts';
import { userAgent } from '../support/user-agent.ts';

let home: Household;
let phone: TestBrowser;
let page: Page;

beforeAll(async () => {
  home = await startHousehold({ deviceFlow: true, deviceCodeLifetime: 8 });
  phone = await home.phone();
});

afterAll(() => home?.close());

beforeEach(async () => {
  home.skill.forget();
  await phone.context.clearCookies();
  for (const open of phone.context.pages().slice(1)) await open.close();
  page = await phone.context.newPage();
});

/** What the landing page says against a way. */
async function reasonAgainst(way: string): Promise<string | null> {
  await page.getByText('Why not another way?').click();
  return page.locator('details dl > div', { hasText: way }).locator('dd').textContent();
}

describe('a redirect that the provider is known to refuse is not offered, and the page says why', () => {
  const skill = { auth_endpoint: null, token_endpoint: null };

  test('Spotify: no http address of the LAN', async () => {
    await home.registerApp('spotify', { ...skill, provider: 'spotify', scope: 'user-library-read' });
    await page.goto(await home.link('spotify'));
    await expect.poll(() => page.getByRole('button').count()).toBe(0);
    expect(await page.locator('.primary').textContent()).toBe('Continue');
    expect(await page.getByRole('listitem').first().textContent()).toBe('See your saved music');
    expect(await reasonAgainst('come straight back')).toBe(
      'Spotify sends nobody back to an address in a home network.',
    );
    expect(await page.locator('details .note').textContent()).toContain('no other http address');
  });

  test('Google: no address of the LAN, and no code for the calendar', async () => {
    const scope = 'https://www.googleapis.com/auth/calendar.readonly';
    await home.registerApp('google', { ...skill, provider: 'google', scope });
    await page.goto(await home.link('google'));
    expect(await page.locator('.primary').getAttribute('href')).toMatch(/\/paste$/);
    expect(await page.getByRole('listitem').first().textContent()).toBe('See your calendars');
    expect(await reasonAgainst('come straight back')).toBe(
      'Google sends nobody back to an address in a home network.',
    );
    expect(await page.locator('details dd', { hasText: 'code' }).textContent()).toBe(
      'Google does not give this access to who signs in with a code.',
    );
    expect(await page.locator('details .note').textContent()).toContain('no other IP address');
  });

  test('nor is it started by who asks for it all the same', async () => {
    await home.registerApp('asked', { ...skill, provider: 'spotify' });
    const link = await home.link('asked');
    const answer = await fetch(link, { method: 'POST', body: new URLSearchParams({ method: 'lan' }) });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('This sign-in cannot be done in that way.');
  });
});

describe('a wrong address is explained beside the box, and the right one still works', () => {
  /** The page with the box, the provider's answer in hand. */
  async function withAnswer(
    appId: string,
    answer: (tab: Page) => Promise<void> = signInAtProvider,
  ): Promise<string> {
    await home.registerApp(appId);
    await page.goto(await home.link(appId));
    await page.getByRole('link', { name: 'Sign in and copy an address' }).click();
    const tab = await secondTab(page, () => page.getByRole('button', { name: 'Open ' }).click());
    const { address } = await endInNowhere(tab, answer);
    return address;
  }

  async function paste(text: string): Promise<void> {
    await page.getByLabel('The address that you copied').fill(text);
    await page.getByRole('button', { name: 'Connect' }).click();
  }

  async function complaint(text: string): Promise<string | null> {
    await paste(text);
    await page.getByRole('alert').waitFor();
    return page.getByRole('alert').textContent();
  }

  test('of another site, of none, of another sign-in of the same app', async () => {
    const address = await withAnswer('wrong');
    expect(await complaint('https://open.spotify.com/')).toContain(
      'What you pasted is the address of another page.',
    );
    expect(await complaint('It says that it does not work!')).toContain('holds no answer of the provider');
    const foreign = await userAgent.approve(await home.address('wrong'));
    expect(await complaint(foreign)).toContain('This answer belongs to another sign-in.');
    await paste(address);
    await becomesConnected(page);
    expect(await home.accessToken('wrong')).not.toBe('');
  });

  test('one that was used already, after the provider was told no', async () => {
    const address = await withAnswer('used', declineAtProvider);
    expect(await complaint(address)).toContain('The sign-in was declined.');
    expect(await complaint(address)).toContain('This sign-in was already used. Each one works only once.');
    const tab = await secondTab(page, () => page.getByRole('button', { name: 'Open ' }).click());
    const allow = (one: Page): Promise<void> => one.getByRole('button', { name: 'Allow' }).click();
    const { address: good } = await endInNowhere(tab, allow);
    await paste(good);
    await becomesConnected(page);
    expect(await home.accessToken('used')).not.toBe('');
  });

  test('before the provider was opened at all', async () => {
    await home.registerApp('early');
    await page.goto(`${await home.link('early')}/paste`);
    expect(await complaint('c0de')).toMatch(/^Open .* with the button of the first step before you paste\.$/);
  });

  test('nothing: the browser does not even send it', async () => {
    await home.registerApp('nothing');
    await page.goto(`${await home.link('nothing')}/paste`);
    await page.getByRole('button', { name: 'Connect' }).click();
    expect(await page.locator('textarea:invalid').count()).toBe(1);
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});

describe('a user who declines', () => {
  test('on the way back over the LAN reads that, and can try again', async () => {
    await home.registerApp('declined');
    const link = await home.link('declined');
    const tab = await openLink(phone.context, link);
    await declineAtProvider(tab);
    await tab.getByRole('heading', { name: 'Sign-in declined' }).waitFor();
    await tab.goto(link);
    await tab.getByRole('heading', { name: 'Sign-in declined' }).waitFor();
    await tab.getByRole('button', { name: 'Try again' }).click();
    await tab.getByRole('button', { name: 'Allow' }).click();
    await becomesConnected(tab);
    expect(await home.accessToken('declined')).not.toBe('');
  });

  test('with a code reads that on the page that waited, and gets a new code with one tap', async () => {
    await deviceFlowApp('code declined');
    await page.goto(await home.link('code declined', 'lan'));
    await page.getByRole('button', { name: 'Get a code' }).click();
    const first = await shownCode();
    await userAgent.enterUserCode(`${home.provider.issuer}/device`, first, 'deny');
    await page.getByText('The sign-in was declined.').waitFor();
    await page.getByRole('button', { name: 'Get a new code' }).click();
    expect(await shownCode()).not.toBe(first);
  });
});

test('an expired code says so by itself, and a new one is a tap away', async () => {
  await deviceFlowApp('code expired');
  await page.goto(await home.link('code expired', 'lan'));
  await page.getByRole('button', { name: 'Get a code' }).click();
  const first = await shownCode();
  await page.getByText('The code has expired or was already used.').waitFor();
  await page.getByRole('button', { name: 'Get a new code' }).click();
  const second = await shownCode();
  expect(second).not.toBe(first);
  await userAgent.enterUserCode(`${home.provider.issuer}/device`, second);
  await becomesConnected(page);
  expect(await home.accessToken('code expired')).not.toBe('');
});

async function deviceFlowApp(appId: string): Promise<void> {
  await home.registerApp(appId, { device_authorization_endpoint: `${home.provider.issuer}/device/auth` });
}

async function shownCode(): Promise<string> {
  return (await page.locator('.code [aria-hidden]').textContent()) ?? '';
}
