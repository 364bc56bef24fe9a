import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestBrowser } from '../support/browser.ts';
import { goTo, openConsole } from '../support/console.ts';
import { eventually } from '../support/eventually.ts';
import { DEVICE, type Household, SKILL, startHousehold } from '../support/household.ts';
import { becomesConnected, openLink, signInAtProvider } from '../support/phone.ts';

const SECRET = 'a-client-secret-that-no-page-shows';

let home: Household;
let phone: TestBrowser;
let page: Page;
/** Everything that the console has sent to the phone. */
let pages: string[];

/** Follows the account's own sign-in from the landing page to the console again. */
async function signInAndComeBack(): Promise<void> {
  await page.getByRole('button', { name: /^Continue to/ }).click();
  const back = page.getByRole('link', { name: 'Back to the console' });
  const atProvider = page.getByRole('button', { name: 'Sign in' });
  await back.or(atProvider).waitFor();
  // The second time the provider remembers this browser.
  if (await atProvider.isVisible()) await signInAtProvider(page);
  await becomesConnected(page);
  await back.click();
  await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
}

async function openAccount(name: string | RegExp): Promise<void> {
  await page.getByRole('list').getByRole('link', { name }).click();
  await page.getByRole('heading', { name: 'Details' }).waitFor();
}

async function gotoAccount(mungedId: string): Promise<void> {
  await page.goto(
    `http://${DEVICE}:${home.broker.httpPort}/console/accounts/${encodeURIComponent(mungedId)}`,
  );
  await page.getByRole('heading', { name: 'Details' }).waitFor();
}

async function standing(): Promise<string> {
  return (await page.locator('#standing .state').textContent()) ?? '';
}

/** What the page says is to be registered at the provider. */
async function redirectAddresses(): Promise<string[]> {
  return page.locator('.address code').allTextContents();
}

describe.each([
  { mode: 'with scripts', javaScriptEnabled: true },
  { mode: 'without scripts', javaScriptEnabled: false },
])('$mode', ({ javaScriptEnabled }) => {
  beforeAll(async () => {
    home = await startHousehold({ revocation: true });
    phone = await home.phone({ javaScriptEnabled });
  });

  afterAll(() => home?.close());

  beforeEach(async () => {
    home.skill.forget();
    pages = [];
    page = await openConsole(home, phone.context);
    page.setDefaultTimeout(15_000);
    await page.setViewportSize({ width: 390, height: 844 });
    page.on('response', (response) => {
      if (!response.url().startsWith(`http://${DEVICE}`) || response.url().endsWith('/events')) return;
      // A redirect has no body.
      void response.text().then(
        (text) => pages.push(text),
        () => undefined,
      );
    });
  });

  afterEach(async () => {
    await page.close();
    await phone.context.clearCookies();
  });

  test('an account that a skill asked for is connected, connected again and disconnected for good', async () => {
    const appId = 'music';
    await home.registerApp(appId, { revocation_endpoint: `${home.provider.issuer}/token/revocation` });
    await gotoAccount(`${SKILL}_${appId}`);
    expect(await standing()).toBe('Not connected');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await signInAndComeBack();
    const first = await home.accessToken(appId);
    await gotoAccount(`${SKILL}_${appId}`);
    expect(await standing()).toBe('Connected');
    expect(await page.locator('#details').textContent()).toMatch(/Next renewal\s*in \d+ minutes/);

    home.skill.forget();
    await page.getByRole('button', { name: 'Connect again' }).click();
    await signInAndComeBack();
    const second = await home.accessToken(appId);
    expect(second).not.toBe(first);

    await gotoAccount(`${SKILL}_${appId}`);
    await page.getByRole('link', { name: 'Disconnect' }).click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    expect(await standing()).toBe('Connected');
    expect(await isAlive(second)).toBe(true);
    await page.getByRole('link', { name: 'Disconnect' }).click();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('has ended the access').first().waitFor();
    expect(await standing()).toBe('Not connected');
    expect(await isAlive(second)).toBe(false);
    expect(pages.join('')).not.toContain(second);
  });

  test('last use shows once a skill has been given a token', async () => {
    const appId = 'calendar';
    await home.registerApp(appId);
    await gotoAccount(`${SKILL}_${appId}`);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await signInAndComeBack();
    await gotoAccount(`${SKILL}_${appId}`);
    expect(await page.locator('#details').textContent()).toContain('None since this service started');
    await home.ask('oauth.token.get', appId);
    await page.reload();
    expect(await page.locator('#details').textContent()).not.toContain('None since this service started');
  });

  test('a service of the catalogue is found, its client entered and it is connected, no skill needed', async () => {
    await goTo(page, 'Services');
    await page.getByLabel('Search').fill('keyCLO');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText('Found: 1').waitFor();
    await page.getByRole('link', { name: 'Keycloak' }).click();
    await page.getByLabel('The address of the realm').fill(`${home.provider.issuer}/no-such-realm`);
    await page.getByLabel('See your name').check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('The address of the realm').inputValue()).toContain('no-such-realm');
    expect(await page.getByLabel('See your name').isChecked()).toBe(true);
    await page.getByLabel('See your name').uncheck();
    await page.getByLabel('The address of the realm').fill(home.provider.issuer);
    await page.getByRole('button', { name: 'Continue' }).click();

    await page.getByRole('heading', { name: 'The client for Keycloak' }).waitFor();
    expect(await page.getByRole('listitem').allTextContents()).toContain(
      'Switch on the standard flow and, for sign-in by code, the device authorization grant.',
    );
    const redirectUris = await redirectAddresses();
    const callback = `/auth/callback/ovos-oauth_keycloak`;
    expect(redirectUris).toEqual([
      `http://${DEVICE}:${home.broker.httpPort}${callback}`,
      `http://127.0.0.1:${home.broker.httpPort}${callback}`,
    ]);
    const id = 'keycloak-client';
    await home.provider.addClient({ id, secret: SECRET, redirectUris });
    await page.getByLabel('Client id').fill(id);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Client id').inputValue()).toBe(id);
    await page.getByLabel('Client secret').fill(SECRET);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The client was saved.').waitFor();
    expect(await page.locator('#details').textContent()).toContain('It is set. It is shown nowhere.');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await signInAndComeBack();
    await openAccount(/Keycloak/);
    expect(await standing()).toBe('Connected');

    // An empty field keeps the secret that there is.
    await page.getByRole('link', { name: 'Change the client' }).click();
    await page.getByText('One is set. Leave this empty to keep it.').waitFor();
    expect(await page.getByLabel('Client secret').inputValue()).toBe('');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Connect again' }).click();
    await signInAndComeBack();

    await openAccount(/Keycloak/);
    await page.getByRole('link', { name: 'Disconnect' }).click();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    const manage = page.getByRole('link', { name: 'Remove the access at Keycloak' });
    expect(await manage.count()).toBeLessThanOrEqual(1);
    expect(await standing()).toBe('Not connected');
    expect(pages.join('')).not.toContain(SECRET);
  });

  test('a server that no catalogue has is connected by its issuer', async () => {
    const name = 'my-server';
    await goTo(page, 'Services');
    await page.getByRole('link', { name: 'Another server' }).click();
    await page.getByLabel('Name').fill('Not A Name');
    await page.getByLabel('Address of the server (issuer)').fill(home.provider.issuer);
    await page.getByLabel('Access').fill('openid read');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Use small letters, digits and hyphens only.').waitFor();
    await page.getByLabel('Name').fill('spotify');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('There is an account of that name already.').waitFor();
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Continue' }).click();
    await home.provider.addClient({ id: name, redirectUris: await redirectAddresses() });
    await page.getByLabel('Client id').fill(name);
    await page.getByLabel('This client has no secret').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await signInAndComeBack();
    await gotoAccount(`ovos-oauth_${name}`);
    expect(await standing()).toBe('Connected');
    expect(await page.locator('#details').textContent()).toContain('read');
  });

  test('a sign-in under way is shown, gone on with, and cancelled', async () => {
    const appId = 'waiting';
    await home.registerApp(appId);
    const link = await home.link(appId);
    await goTo(page, 'Accounts');
    const item = page.locator('#under-way li').filter({ hasText: SKILL });
    await item.first().waitFor();
    const attempt = (await item.locator('code').first().textContent()) ?? '';
    expect(attempt).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    await item.getByRole('link', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Connect your account' }).waitFor();
    await page.goBack();
    await item.getByRole('button', { name: /^Cancel the sign-in of/ }).click();
    await page.getByText('The sign-in was cancelled.').waitFor();
    expect(await page.locator('#under-way li').count()).toBe(0);
    await page.goto(link);
    await page.getByRole('heading', { name: 'Cancelled' }).waitFor();

    // What happened is told by the name that was on the page.
    await page.goto(`http://${DEVICE}:${home.broker.httpPort}/console`);
    await goTo(page, 'Activity');
    await page.getByRole('link', { name: attempt }).first().click();
    await page.getByText('Only what belongs to').waitFor();
    const events = await page.locator('.events li').allTextContents();
    expect(events).toHaveLength(2);
    expect(events[0]).toContain('This sign-in was cancelled.');
    expect(events[1]).toContain('began');
    await page.getByRole('link', { name: 'Show everything' }).click();
    expect(await page.locator('.events li').count()).toBeGreaterThan(2);
  });

  test('other addresses that a skill wants are refused, and used only once they are allowed', async () => {
    const other = (host: string) => ({ revocation_endpoint: `http://${host}:1/revoke` });
    await home.registerApp('movable');
    await gotoAccount(`${SKILL}_movable`);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await signInAndComeBack();
    const register = (fields: object) =>
      home.ask('oauth.register', 'movable', {
        client_id: 'movable',
        public: true,
        auth_endpoint: home.provider.authorizationEndpoint,
        token_endpoint: home.provider.tokenEndpoint,
        ...fields,
      });
    expect(await register(other('127.0.0.5'))).toMatchObject({ error_code: 'change_unconfirmed' });
    await page.reload();
    await page.getByText('http://127.0.0.5:1').waitFor();
    await page.getByRole('button', { name: 'Leave it as it is' }).click();
    await page.getByText('It stays as it is.').waitFor();
    expect(await page.getByText('http://127.0.0.5:1').count()).toBe(0);

    await register(other('127.0.0.6'));
    await page.reload();
    await page.getByRole('button', { name: 'Allow it' }).click();
    await page.getByText('The new addresses are used now.').waitFor();
    expect(await register(other('127.0.0.6'))).not.toHaveProperty('error_code');
  });

  test('the settings in effect are shown with the file that sets each', async () => {
    await goTo(page, 'Settings');
    const setting = page.locator('dl.settings > div').filter({ hasText: 'lan_host' });
    expect(await setting.textContent()).toContain(`"${DEVICE}"`);
    expect(await setting.textContent()).toContain('mycroft.conf');
    await page.getByText('Everything else is as it was delivered').click();
    await page.locator('dl.settings > div').filter({ hasText: 'attempt_lifetime' }).waitFor();
  });

  test('browsers are listed, and closing one shuts it out at once', async () => {
    const other = await home.phone({ javaScriptEnabled });
    const second = await openConsole(home, other.context);
    await page.goto(`http://${DEVICE}:${home.broker.httpPort}/console/settings`);
    await page.getByRole('link', { name: 'Show them' }).click();
    const rows = page.locator('#sessions li');
    await page.getByText('This browser').waitFor();
    const own = await rows.filter({ hasText: 'This browser' }).count();
    expect(own).toBe(1);
    // The last seen comes first: this one, then the other.
    await rows.nth(1).getByRole('button').click();
    await page.getByRole('heading', { name: 'Browsers' }).waitFor();
    if (!javaScriptEnabled) await second.reload();
    await second.getByRole('heading', { name: 'The console is closed' }).waitFor();
    await rows.filter({ hasText: 'This browser' }).getByRole('button').click();
    await page.getByRole('heading', { name: 'The console is closed' }).waitFor();
    await other.close();
  });
});

describe('with others in the house', () => {
  beforeAll(async () => {
    home = await startHousehold();
  });

  afterAll(() => home?.close());

  test('a page follows what happens elsewhere, and keeps what has the focus', async () => {
    const watcher = await home.phone();
    const watched = await openConsole(home, watcher.context);
    const other = await home.phone();
    await home.registerApp('live');
    const link = await home.link('live');
    const cancel = watched.getByRole('button', { name: /^Cancel the sign-in of/ });
    await cancel.waitFor();
    await cancel.focus();
    await home.registerApp('live-too');
    await watched
      .getByRole('list')
      .getByRole('link', { name: /Not connected/ })
      .first()
      .waitFor();
    expect(await watched.evaluate('document.activeElement.outerHTML')).toContain('cancel-');

    const signIn = await openLink(other.context, link);
    await signInAtProvider(signIn);
    await becomesConnected(signIn);
    await eventually('the sign-in is gone from the page', async () => (await cancel.count()) === 0);
    await watched
      .getByRole('link', { name: /Connected/ })
      .first()
      .waitFor();
  });

  test('at the device itself the console opens without a link, and a sign-in comes back to the loopback address', async () => {
    const browser = await home.deviceBrowser();
    await home.registerApp('here');
    const local = await browser.context.newPage();
    await local.goto(`http://localhost:${home.broker.httpPort}/`);
    await local.getByRole('link', { name: 'Manage the accounts of this device' }).click();
    await local.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
    await local.goto(`http://localhost:${home.broker.httpPort}/console/accounts/${SKILL}_here`);
    await local.getByRole('button', { name: 'Connect', exact: true }).click();
    await local.waitForURL(/^http:\/\/127\.0\.0\.1:/);
    await local.getByRole('button', { name: /^Continue to/ }).click();
    await signInAtProvider(local);
    await becomesConnected(local);
    expect(new URL(local.url()).hostname).toBe('127.0.0.1');
    expect(await home.accessToken('here')).not.toBe('');
  });

  test('what is being typed is left alone', async () => {
    const watcher = await home.phone();
    const watched = await openConsole(home, watcher.context);
    await watched.goto(`http://${DEVICE}:${home.broker.httpPort}/console/server`);
    await watched.getByLabel('Name').fill('half-typ');
    const asked = watched.waitForResponse((response) => response.url().endsWith('/console/server'));
    await home.registerApp('while-typing');
    await asked;
    expect(await watched.getByLabel('Name').inputValue()).toBe('half-typ');
  });
});

/** Whether the provider still takes an access token. */
async function isAlive(accessToken: string): Promise<boolean> {
  const answer = await fetch(`${home.provider.issuer}/me`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  await answer.body?.cancel();
  return answer.ok;
}
