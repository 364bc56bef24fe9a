import type { BrowserContext, Page } from 'playwright-core';
import { callDaemon } from '../../src/control/client.ts';
import type { Household } from './household.ts';

/** The link that `ovos-oauth open` shows. */
export async function consoleLink({ env }: Pick<Household, 'env'>): Promise<string> {
  return (await callDaemon(env, 'open', {})).url;
}

/** A phone that has scanned that link and pressed its button. */
export async function openConsole(home: Household, phone: BrowserContext): Promise<Page> {
  const page = await phone.newPage();
  await page.goto(await consoleLink(home));
  await page.getByRole('button', { name: 'Open the console' }).click();
  await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
  return page;
}

/** Goes to a section of the console by its navigation. */
export async function goTo(page: Page, section: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: section }).click();
}
