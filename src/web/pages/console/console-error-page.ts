import { html } from 'hono/html';
import type { OAuthBrokerError } from '../../../errors.ts';
import { explainOn } from '../result-page.ts';
import type { Html } from '../text.ts';
import { consoleLayout } from './layout.ts';
import type { ConsoleView } from './view.ts';

/** Says what went wrong in the console and what to do. */
export function consoleErrorPage(view: ConsoleView, error: OAuthBrokerError): Html {
  const { words } = view;
  const { heading, headings, code } = words.pages.failed;
  const { error: sentence, hint } = explainOn(words, error);
  return consoleLayout(view, {
    heading: headings[error.code] ?? heading,
    section: 'accounts',
    parent: { path: '/console', name: words.console.accounts.heading },
    content: html`<section class="panel">
<p class="error"><b>${sentence}</b> ${hint}</p>
<p class="note">${code}: <code>${error.code}</code></p>
</section>`,
  });
}
