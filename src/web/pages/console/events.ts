import { html } from 'hono/html';
import type { LoggedEvent } from '../../../broker/event-log.ts';
import { OAuthBrokerError } from '../../../errors.ts';
import { explain } from '../../../locale/index.ts';
import { phrase } from '../phrase.ts';
import { type Html, shown } from '../text.ts';
import { type Account, pathOfAccount, serviceOf, titleOf } from './account.ts';
import type { ConsoleView } from './view.ts';
import { moment } from './when.ts';

const GOOD: ReadonlySet<LoggedEvent['kind']> = new Set(['connected', 'token_saved']);
const BAD: ReadonlySet<LoggedEvent['kind']> = new Set(['sign_in_failed', 'renewal_failed', 'token_unsaved']);

export interface EventsShown {
  /** Those whose names are known. */
  readonly accounts: readonly Account[];
  /** On the page of the account itself, which needs no link to it. */
  readonly isOfOne?: boolean;
}

/** What happened, a sentence each. */
export function events(view: ConsoleView, all: readonly LoggedEvent[], shown: EventsShown): Html {
  const { words } = view;
  const byId = new Map(shown.accounts.map((account) => [account.view.app.mungedId, account]));
  if (all.length === 0) return html`<p class="note">${words.console.activity.empty}</p>`;
  return html`<ol class="events">
${all.map((event) => {
  const account = byId.get(event.mungedId);
  const tone = GOOD.has(event.kind) ? 'good' : BAD.has(event.kind) || isIll(event) ? 'bad' : 'calm';
  return html`<li class="${tone}"><small>${moment(words, event.at)}</small>
<p>${sentence(view, event, account, shown.isOfOne === true)}</p>${attempt(view, event)}</li>
`;
})}</ol>`;
}

function isIll({ state }: LoggedEvent): boolean {
  return state === 'needs_user' || state === 'needs_credentials';
}

function sentence(
  view: ConsoleView,
  event: LoggedEvent,
  account: Account | undefined,
  isOfOne: boolean,
): Html {
  const { words } = view;
  const text = words.console.activity;
  const name = account === undefined ? shown(event.mungedId) : titleOf(account);
  const provider = account === undefined ? words.someProvider : serviceOf(account);
  const app =
    account === undefined || isOfOne
      ? html`<bdi>${name}</bdi>`
      : html`<a href="${pathOfAccount(account.view.app)}"><bdi>${name}</bdi></a>`;
  const { kind, code, method, state, outcome } = event;
  const why =
    code === undefined ? '' : explain(words, new OAuthBrokerError(code, { app: name, provider })).error;
  if (kind === 'state_changed') {
    return html`${phrase(text.states[state ?? 'disconnected'], { app })}${why !== '' && html` ${why}`}`;
  }
  return phrase(text.events[kind], {
    app,
    provider,
    reason: why,
    method: method === undefined ? '' : words.methods.names[method],
    outcome: outcome === undefined ? '' : text.outcomes[outcome],
  });
}

function attempt({ words }: ConsoleView, event: LoggedEvent): Html | false {
  if (event.attempt === undefined) return false;
  const [before = '', after = ''] = words.console.activity.attempt.split('{attempt}');
  return html`<p class="note">${before}<a href="/console/activity?attempt=${event.attempt}"><code>${event.attempt}</code></a>${after}</p>`;
}
