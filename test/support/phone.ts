import type { BrowserContext, Page, Request } from 'playwright-core';

/** A user's phone that has scanned a QR code: opens its link and presses the landing page's big button. */
export async function openLink(phone: BrowserContext, link: string): Promise<Page> {
  const page = await phone.newPage();
  await page.goto(link);
  await page.getByRole('button', { name: /^Continue to/ }).click();
  return page;
}

/** The pages of `authorization-server.ts`. */
export async function signInAtProvider(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
}

/** The same, for a user who declines. */
export async function declineAtProvider(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Deny' }).click();
}

/** Presses what opens a second tab. */
export async function secondTab(page: Page, press: () => Promise<void>): Promise<Page> {
  const [tab] = await Promise.all([page.waitForEvent('popup'), press()]);
  return tab;
}

/**
 * Goes through the provider to a page that can't be opened.
 *
 * @returns its address, as the address bar has it, and why the browser could not open it
 */
export async function endInNowhere(
  page: Page,
  answer: (page: Page) => Promise<void>,
): Promise<{ readonly address: string; readonly reason: string | undefined }> {
  const failed = page.waitForEvent('requestfailed', (request: Request) => request.isNavigationRequest());
  await Promise.all([failed, answer(page)]);
  const request = await failed;
  return { address: request.url(), reason: request.failure()?.errorText };
}

/** The page of `home-assistant-server.ts`. */
export async function signInAtHomeAssistant(
  page: Page,
  user: { readonly username: string; readonly password: string },
): Promise<void> {
  await page.getByLabel('Username').fill(user.username);
  await page.getByLabel('Password').fill(user.password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** Waits for the page that says so. */
export async function becomesConnected(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Connected' }).waitFor();
}
