import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const SOURCE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * Looks at the page with axe-core, by WCAG 2.2 A and AA and axe's best practices.
 *
 * @returns a line for each finding, of whatever impact; empty where there is none
 */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  // The debugger's evaluate is not held back by the page's Content-Security-Policy; a script element would be.
  await page.evaluate(await readFile(SOURCE, 'utf8'));
  const { violations } = await page.evaluate(async (): Promise<axe.AxeResults> => {
    const page = globalThis as unknown as { readonly axe: typeof axe };
    return page.axe.run();
  });
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${impact} ${id}: ${html} ${failureSummary}`),
  );
}
