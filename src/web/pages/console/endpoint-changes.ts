import { html } from 'hono/html';
import type { EndpointChange } from '../../../broker/endpoint-changes.ts';
import { phrase } from '../phrase.ts';
import { type Html, shown } from '../text.ts';
import { type Account, titleOf } from './account.ts';
import { type ConsoleView, form } from './view.ts';

/** Other servers that a skill wants to use for an account, and whose account it is. */
export interface AccountEndpointChange {
  readonly change: EndpointChange;
  readonly account: Account;
}

/** The changes that wait for somebody to allow or refuse them. */
export function endpointChangeList(
  view: ConsoleView,
  endpointChanges: readonly AccountEndpointChange[],
): Html {
  const text = view.words.console.change;
  if (endpointChanges.length === 0) return html``;
  return html`<section class="panel">
<h2>${text.heading}</h2>
<ul class="waiting">
${endpointChanges.map((one) => item(view, one))}</ul>
</section>`;
}

function item(view: ConsoleView, { change, account }: AccountEndpointChange): Html {
  const text = view.words.console.change;
  return html`<li>
<p>${phrase(text.text, { app: html`<b><bdi>${titleOf(account)}</bdi></b>`, from: origins(view, change.from), to: origins(view, change.to) })}</p>
<p class="error">${text.warning}</p>
${form(
  view,
  '/console/changes/settle',
  html`<input type="hidden" name="change" value="${change.id}">
<input type="hidden" name="account" value="${account.view.app.mungedId}">
<div class="choices"><button type="submit" class="small" name="decision" value="refuse" id="refuse-${change.id}">${text.refuse}</button>
<button type="submit" class="small danger" name="decision" value="allow" id="allow-${change.id}">${text.allow}</button></div>`,
)}
</li>
`;
}

function origins({ words }: ConsoleView, all: readonly string[]): Html {
  const list = new Intl.ListFormat(words.lang, { type: 'conjunction' });
  return html`${list
    .formatToParts(all.map((origin) => shown(origin)))
    .map(({ type, value }) => (type === 'element' ? html`<code><bdi>${value}</bdi></code>` : value))}`;
}
