import { html } from 'hono/html';
import type { LoggedEvent } from '../../../broker/event-log.ts';
import type { SignInProspect } from '../../../broker/types.ts';
import { fill } from '../../../locale/index.ts';
import { phrase } from '../phrase.ts';
import { type Account, hostOf, pathOfAccount, reasonOf, serviceOf, stateLabel, userOf } from './account.ts';
import { events } from './events.ts';
import { consoleLayout } from './layout.ts';
import { redirectAddresses } from './redirect-addresses.ts';
import { type UnderWay, underWay } from './under-way.ts';
import { type ConsoleView, form } from './view.ts';
import { type AccountEndpointChange, endpointChangeList } from './endpoint-changes.ts';
import { onDay, when } from './when.ts';
import { scopeList } from '../catalogue-text.ts';
import { type Html, shown } from '../text.ts';

const MOST_SCOPES = 40;
const RELOAD_AFTER = 15;

export interface AccountDetails {
  readonly account: Account;
  readonly prospect: SignInProspect;
  readonly waiting: readonly UnderWay[];
  readonly endpointChanges: readonly AccountEndpointChange[];
  /** Of this account, the newest first. */
  readonly recent: readonly LoggedEvent[];
  readonly notice?: Html | string;
}

/** How one account stands, and what can be done with it. */
export function accountPage(view: ConsoleView, details: AccountDetails): Html {
  const { words } = view;
  const text = words.console;
  const { account, prospect, waiting, endpointChanges, recent, notice } = details;
  return consoleLayout(view, {
    heading: serviceOf(account),
    section: 'accounts',
    parent: { path: '/console', name: text.accounts.heading },
    lead: userOf(words, account),
    ...(notice === undefined ? {} : { notice }),
    ...(waiting.length === 0 ? {} : { reloadAfter: RELOAD_AFTER }),
    content: html`<div id="changes" data-live>${endpointChangeList(view, endpointChanges)}</div>
<section class="panel">
<div id="standing" data-live>${standing(view, account)}</div>
${actions(view, account, prospect)}
</section>
<div id="under-way" data-live>${underWay(view, waiting)}</div>
<section class="panel">
<h2>${text.account.details}</h2>
<div id="details" data-live>${facts(view, account, prospect)}</div>
${redirectAddresses(words, prospect)}
</section>
<section class="panel">
<h2>${text.account.recent}</h2>
<div id="recent" data-live>${events(view, recent, { accounts: [account], isOfOne: true })}</div>
<p class="note"><a href="/console/activity?account=${encodeURIComponent(account.view.app.mungedId)}">${text.account.allActivity}</a></p>
</section>`,
  });
}

function standing({ words, now }: ConsoleView, account: Account): Html {
  const { state, since } = account.view;
  const reason = reasonOf(words, account);
  return html`<p class="standing">${stateLabel(words, state)}${
    since !== undefined && html` <small>${when(words, since, now)}</small>`
  }</p>
${reason !== undefined && html`<p class="error"><b>${reason.error}</b> ${reason.hint}</p>`}`;
}

function actions(view: ConsoleView, account: Account, { provider }: SignInProspect): Html {
  const text = view.words.console.account;
  const { app, state } = account.view;
  const path = pathOfAccount(app);
  const isConnected = state === 'connected';
  const isByItself = app.credentialsFrom === 'registration' || provider?.ownAddressIsClientId === true;
  if (state === 'needs_credentials') {
    return html`<div class="actions"><p><a class="button" href="${path}/client">${text.enterClient}</a></p></div>`;
  }
  return html`<div class="actions">
${form(
  view,
  `${path}/connect`,
  html`<button type="submit"${isConnected && html` class="secondary"`}>${isConnected || state === 'needs_user' ? text.reconnect : text.connect}</button>`,
)}
${!isByItself && html`<p><a class="button secondary" href="${path}/client">${text.changeClient}</a></p>`}
${isConnected && html`<p><a class="button secondary danger" href="${path}/disconnect">${text.disconnect}</a></p>`}
</div>
${isConnected && html`<p class="note">${text.reconnectNote}</p>`}`;
}

function facts(view: ConsoleView, account: Account, prospect: SignInProspect): Html {
  const { words, now } = view;
  const text = words.console.account;
  const { app, state, since, lastUsedAt } = account.view;
  const isConnected = state === 'connected';
  const host = hostOf(app);
  return html`<dl>
<div><dt>${text.skill}</dt><dd>${userOf(words, account)}</dd></div>
<div><dt>${text.service}</dt><dd><bdi>${serviceOf(account)}</bdi>${host !== serviceOf(account) && html` <small><bdi>${shown(host)}</bdi></small>`}</dd></div>
${since !== undefined && html`<div><dt>${text.since}</dt><dd>${when(words, since, now)}</dd></div>`}
${
  isConnected &&
  html`<div><dt>${text.lastUse}</dt><dd>${lastUsedAt === undefined ? text.neverUsed : when(words, lastUsedAt, now)}</dd></div>
<div><dt>${text.renewal}</dt><dd>${renewal(view, account)}</dd></div>
<div><dt>${text.end}</dt><dd>${forecast(view, account)}</dd></div>`
}
<div><dt>${text.access}</dt><dd>${access(view, account, prospect)}</dd></div>
<div><dt>${text.client}</dt><dd>${client(view, account)}</dd></div>
<div><dt>${text.secret}</dt><dd>${secret(view, account)}</dd></div>
<div><dt>${text.id}</dt><dd><code><bdi>${shown(app.mungedId)}</bdi></code></dd></div>
</dl>`;
}

function renewal({ words, now }: ConsoleView, { view }: Account): Html | string {
  const { noRenewal, validUntil } = words.console.account;
  const { nextRefreshAt, expiresAt, renews } = view;
  if (nextRefreshAt !== undefined) return when(words, nextRefreshAt, now);
  if (renews || expiresAt === undefined) return words.console.account.noRenewalNeeded;
  return expiresAt > now ? phrase(validUntil, { when: when(words, expiresAt, now) }) : noRenewal;
}

function forecast({ words }: ConsoleView, account: Account): Html | string {
  const { endsOn, noEnd } = words.console.account;
  const { endsAt } = account.view;
  const provider = serviceOf(account);
  return endsAt === undefined
    ? fill(noEnd, { provider })
    : phrase(endsOn, { when: onDay(words, endsAt), provider });
}

/** What was granted, as far as the provider said so, else what is asked for. */
function access(
  { words }: ConsoleView,
  account: Account,
  { scopes, provider }: SignInProspect,
): Html | string {
  const granted = account.view.scope?.split(/[\s,]+/).filter((scope) => scope !== '');
  const all = granted ?? scopes;
  if (all.length === 0) return fill(words.pages.landing.defaultAccess, { provider: serviceOf(account) });
  return scopeList(words, all, { provider, most: MOST_SCOPES });
}

function client({ words }: ConsoleView, { view: { app } }: Account): Html {
  const from = words.console.account.clientFrom[app.credentialsFrom];
  if (app.clientId === null) return html`${words.console.account.clientFrom.none}`;
  return html`<code><bdi>${shown(app.clientId)}</bdi></code> <small>${from}</small>`;
}

function secret({ words }: ConsoleView, { view: { app } }: Account): string {
  const { secretSet, secretMissing, secretNotNeeded } = words.console.account;
  if (app.clientSecret !== null) return secretSet;
  return app.isPublic || app.registrationEndpoint !== undefined || app.usesOwnAddress === true
    ? secretNotNeeded
    : secretMissing;
}
