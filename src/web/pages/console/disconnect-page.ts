import { html } from 'hono/html';
import type { RevocationOutcome } from '../../../broker/revoker.ts';
import { fill, type Words } from '../../../locale/index.ts';
import { type Html, nameOf, shown } from '../text.ts';
import { type Account, isByHand, pathOfAccount, serviceOf } from './account.ts';
import { consoleLayout } from './layout.ts';
import { type ConsoleView, form } from './view.ts';

export interface DisconnectDetails {
  readonly account: Account;
  /** Whether the provider can be told. */
  readonly isRevocable: boolean;
  /** The provider's own page for removing the access. */
  readonly manageUrl?: string;
}

/** Asks once more, and says what will happen at the provider. */
export function disconnectPage(view: ConsoleView, details: DisconnectDetails): Html {
  const { words } = view;
  const text = words.console.disconnect;
  const { account, isRevocable, manageUrl } = details;
  const path = pathOfAccount(account.view.app);
  const provider = serviceOf(account);
  return consoleLayout(view, {
    heading: fill(text.heading, { provider }),
    section: 'accounts',
    parent: { path, name: provider },
    content: html`<section class="panel">
<p>${isByHand(account) ? fill(text.textByHand, { provider }) : fill(text.text, { app: shown(nameOf(account.view.app)), provider })}</p>
<p>${fill(isRevocable ? text.revoked : text.notRevoked, { provider })}</p>
${manageUrl !== undefined && html`<p>${providerLink(words, manageUrl, provider)}</p>`}
<div class="actions">
${form(view, `${path}/disconnect`, html`<button type="submit" class="danger">${text.button}</button>`)}
<p><a class="button secondary" href="${path}">${words.console.cancel}</a></p>
</div>
</section>`,
  });
}

/** What came of it, with the way to the provider's own page where that helps. */
export function disconnectedNotice(
  words: Words,
  outcome: RevocationOutcome,
  { account, manageUrl }: Pick<DisconnectDetails, 'account' | 'manageUrl'>,
): Html {
  const provider = serviceOf(account);
  return html`${fill(words.console.disconnect.done[outcome], { provider })}${
    outcome === 'local_only' && manageUrl !== undefined && html` ${providerLink(words, manageUrl, provider)}`
  }`;
}

function providerLink(words: Words, url: string, provider: string): Html {
  const label = fill(words.console.disconnect.providerPage, { provider: shown(provider) });
  return html`<a href="${url}" target="_blank" rel="noopener noreferrer">${label}</a>`;
}
