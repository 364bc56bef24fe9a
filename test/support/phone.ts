import type { BrowserContext, Page } from 'playwright-core';

/** A user's phone that has scanned a QR code: opens its link and presses the landing page's button. */
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

/** The page of `home-assistant-server.ts`. */
export async function signInAtHomeAssistant(
  page: Page,
  user: { readonly username: string; readonly password: string },
): Promise<void> {
  await page.getByLabel('Username').fill(user.username);
  await page.getByLabel('Password').fill(user.password);
  await page.getByRole('button', { name: 'Log in' }).click();
}
