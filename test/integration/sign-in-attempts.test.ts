import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestBrowser } from '../support/browser.ts';
import { type Household, SKILL, startHousehold } from '../support/household.ts';
import { becomesConnected, openLink, signInAtProvider } from '../support/phone.ts';
import { userAgent } from '../support/user-agent.ts';

let home: Household;
let phone: TestBrowser;
let other: TestBrowser;

beforeAll(async () => {
  home = await startHousehold({ deviceFlow: true });
  phone = await home.phone();
  other = await home.phone();
});

afterAll(() => home?.close());

beforeEach(async () => {
  home.skill.forget();
  for (const { context } of [phone, other]) await context.clearCookies();
});

function tokensOf(appId: string): number {
  return home.skill.seen.filter(({ type }) => type === `oauth.token.response.${SKILL}_${appId}`).length;
}

describe('two phones that scan the same QR', () => {
  test('have a sign-in each: the first to finish connects, the other is told, and there is one token', async () => {
    await home.registerApp('two phones');
    const link = await home.link('two phones');
    const [first, second] = await Promise.all([openLink(phone.context, link), openLink(other.context, link)]);
    await signInAtProvider(second);
    await becomesConnected(second);
    await signInAtProvider(first);
    await first.getByRole('heading', { name: 'Already used' }).waitFor();
    expect(await home.accessToken('two phones')).not.toBe('');
    await first.goto(link);
    await becomesConnected(first);
    expect(tokensOf('two phones')).toBe(1);
    await first.close();
    await second.close();
  });

  test('can not finish for each other', async () => {
    await home.registerApp('crossed');
    const page = await phone.context.newPage();
    await page.goto(await home.link('crossed'));
    const leaving = page.waitForRequest((request) =>
      request.url().startsWith(home.provider.authorizationEndpoint),
    );
    await page.getByRole('button', { name: /^Continue to/ }).click();
    const answer = await userAgent.approve((await leaving).url());
    const thief = await other.context.newPage();
    await thief.goto(answer);
    await thief.getByRole('heading', { name: 'Another browser' }).waitFor();
    expect(tokensOf('crossed')).toBe(0);
    await page.goto(answer);
    await becomesConnected(page);
    await page.close();
    await thief.close();
  });
});

test('one QR scanned twice by one phone is one sign-in, and the page left open becomes the result', async () => {
  await home.registerApp('twice');
  const link = await home.link('twice');
  const left = await phone.context.newPage();
  await left.goto(link);
  const page = await openLink(phone.context, link);
  await signInAtProvider(page);
  await Promise.all([becomesConnected(page), becomesConnected(left)]);
  expect(tokensOf('twice')).toBe(1);
  await page.close();
  await left.close();
});

test('two skills at once in one browser each get their own token', async () => {
  await Promise.all([home.registerApp('one'), home.registerApp('another')]);
  const one = await openLink(phone.context, await home.link('one'));
  const another = await openLink(phone.context, await home.link('another'));
  await signInAtProvider(another);
  await becomesConnected(another);
  // The provider knows the user by now, but not in this tab.
  await signInAtProvider(one);
  await becomesConnected(one);
  const tokens = [await home.accessToken('one'), await home.accessToken('another')];
  expect(new Set(tokens).size).toBe(2);
  await one.close();
  await another.close();
});

describe('a restart of the daemon between the scan and the answer', () => {
  test('is not noticed by a phone that is at the provider', async () => {
    await home.registerApp('restart');
    const page = await openLink(phone.context, await home.link('restart'));
    await home.broker.kill();
    await home.broker.start();
    await signInAtProvider(page);
    await becomesConnected(page);
    expect(await home.accessToken('restart')).not.toBe('');
    await page.close();
  });

  test('is not noticed on the page of a code either: it goes on waiting, and becomes the result', async () => {
    await home.registerApp('restart with code', {
      device_authorization_endpoint: `${home.provider.issuer}/device/auth`,
    });
    const page = await phone.context.newPage();
    await page.goto(await home.link('restart with code', 'lan'));
    await page.getByRole('button', { name: 'Get a code' }).click();
    const code = (await page.locator('.code [aria-hidden]').textContent()) ?? '';
    await home.broker.kill();
    await home.broker.start();
    await userAgent.enterUserCode(`${home.provider.issuer}/device`, code);
    await becomesConnected(page);
    expect(await home.accessToken('restart with code')).not.toBe('');
    await page.close();
  });
});
