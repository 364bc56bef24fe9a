import { html } from 'hono/html';
import { fill } from '../../../locale/index.ts';
import type { ConnectionState } from '../../../store/records.ts';
import { phrase } from '../phrase.ts';
import type { Html } from '../text.ts';
import { type Account, pathOfAccount, reasonOf, serviceOf, stateLabel, titleOf, userOf } from './account.ts';
import { consoleLayout } from './layout.ts';
import { type UnderWay, underWay } from './under-way.ts';
import type { ConsoleView } from './view.ts';
import { type AccountEndpointChange, endpointChangeList } from './endpoint-changes.ts';
import { onDay, when } from './when.ts';

/** What needs somebody comes first. */
const ORDER: readonly ConnectionState[] = ['needs_user', 'needs_credentials', 'connected', 'disconnected'];
/** Milliseconds ahead at which the end of a sign-in is worth a word in the list. */
const SOON = 30 * 86_400_000;
const RELOAD_AFTER = 15;

export interface Accounts {
  readonly accounts: readonly Account[];
  readonly waiting: readonly UnderWay[];
  readonly endpointChanges: readonly AccountEndpointChange[];
  readonly notice?: string;
}

/** Every account with its state, and the sign-ins under way. */
export function accountsPage(
  view: ConsoleView,
  { accounts, waiting, endpointChanges, notice }: Accounts,
): Html {
  const { words } = view;
  const text = words.console.accounts;
  const sorted = accounts.toSorted(
    (one, other) =>
      ORDER.indexOf(one.view.state) - ORDER.indexOf(other.view.state) ||
      titleOf(one).localeCompare(titleOf(other), words.lang),
  );
  return consoleLayout(view, {
    heading: text.heading,
    section: 'accounts',
    ...(notice === undefined ? {} : { notice }),
    ...(waiting.length === 0 ? {} : { reloadAfter: RELOAD_AFTER }),
    content: html`<p class="lead" id="summary" data-live role="status">${summary(view, accounts, endpointChanges.length > 0)}</p>
<div id="changes" data-live>${endpointChangeList(view, endpointChanges)}</div>
<div id="under-way" data-live>${underWay(view, waiting)}</div>
<div id="accounts" data-live>${
      sorted.length > 0 &&
      html`<ul class="rows">
${sorted.map((account) => row(view, account))}</ul>`
    }</div>
<p class="actions"><a class="button" href="/console/services">${text.connectOne}</a></p>`,
  });
}

function summary({ words }: ConsoleView, accounts: readonly Account[], isAsked: boolean): string {
  const { none, needsAttention, allWell } = words.console.accounts;
  if (accounts.length === 0) return none;
  const isAnyIll = isAsked || accounts.some(({ view: { state } }) => state.startsWith('needs_'));
  return isAnyIll ? needsAttention : allWell;
}

function row(view: ConsoleView, account: Account): Html {
  const { words } = view;
  const service = serviceOf(account);
  return html`<li><a href="${pathOfAccount(account.view.app)}">
<span class="mark" aria-hidden="true">${Array.from(service)[0]?.toLocaleUpperCase(words.lang)}</span>
<span class="name"><b><bdi>${service}</bdi></b> <small>${userOf(words, account)}</small></span>
${stateLabel(words, account.view.state)}
<small class="line">${line(view, account)}</small>
</a></li>
`;
}

/** The one thing that is worth saying of an account in a list. */
function line({ words, now }: ConsoleView, account: Account): Html | string {
  const text = words.console.accounts;
  const { state, endsAt, lastUsedAt, since } = account.view;
  const reason = reasonOf(words, account);
  if (reason !== undefined) return reason.error;
  if (state !== 'connected') return since === undefined ? '' : html`${when(words, since, now)}`;
  if (endsAt !== undefined && endsAt - now < SOON) return phrase(text.endsOn, { when: onDay(words, endsAt) });
  return lastUsedAt === undefined
    ? fill(text.notUsed, {})
    : phrase(text.lastUsed, { when: when(words, lastUsedAt, now) });
}
