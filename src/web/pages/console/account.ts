import { html } from 'hono/html';
import { BY_HAND } from '../../../broker/by-hand.ts';
import type { ConnectionView } from '../../../broker/types.ts';
import { explain, type Words } from '../../../locale/index.ts';
import type { Provider } from '../../../providers/index.ts';
import { OAuthBrokerError } from '../../../errors.ts';
import type { App, ConnectionState } from '../../../store/records.ts';
import { nameOfProvider } from '../provider-name.ts';
import { type Html, nameOf, shown } from '../text.ts';

/** An app and how it stands, as the console shows it. */
export interface Account {
  readonly view: ConnectionView;
  readonly provider?: Provider;
}

export function pathOfAccount({ mungedId }: Pick<App, 'mungedId'>, page = ''): string {
  return `/console/accounts/${encodeURIComponent(mungedId)}${page}`;
}

/** Name of the service behind an account, fit to be shown. */
export function serviceOf({ view: { app }, provider }: Account): string {
  const named = { providerHost: hostOf(app), ...(provider === undefined ? {} : { provider }) };
  return nameOfProvider(named);
}

export function hostOf({ authorizationEndpoint }: App): string {
  return URL.canParse(authorizationEndpoint) ? new URL(authorizationEndpoint).host : '';
}

export function isByHand({ view: { app } }: Account): boolean {
  return app.skillId === BY_HAND;
}

/** Who uses the account: a skill, or for one made by hand the name that programs ask for it by. */
export function userOf(words: Words, account: Account): Html {
  const { app } = account.view;
  if (!isByHand(account)) return html`<bdi>${shown(nameOf(app))}</bdi>`;
  return html`${words.console.accounts.byHand}`;
}

/** One name for an account, where it stands alone in a sentence. */
export function titleOf(account: Account): string {
  const service = serviceOf(account);
  const { app } = account.view;
  if (!isByHand(account)) return `${service} (${shown(nameOf(app))})`;
  return app.provider === app.appId ? service : `${shown(app.appId ?? app.mungedId)} (${service})`;
}

const TONES: Readonly<Record<ConnectionState, string>> = {
  connected: 'good',
  needs_user: 'bad',
  needs_credentials: 'bad',
  disconnected: 'calm',
};

/** The state as a small label; its colour says nothing that its words don't. */
export function stateLabel(words: Words, state: ConnectionState): Html {
  return html`<span class="state ${TONES[state]}">${words.console.accounts.states[state]}</span>`;
}

/** Why an account does not work and what to do, in words; undefined where nothing is to be said. */
export function reasonOf(words: Words, account: Account): { error: string; hint?: string } | undefined {
  const { state, reason } = account.view;
  const code = reason ?? (state === 'needs_credentials' ? 'needs_credentials' : undefined);
  if (code === undefined || state === 'connected') return undefined;
  return explain(words, errorOf(account, code));
}

function errorOf(account: Account, code: NonNullable<ConnectionView['reason']>): OAuthBrokerError {
  const provider = serviceOf(account);
  const app = isByHand(account) ? provider : shown(nameOf(account.view.app));
  return new OAuthBrokerError(code, { app, provider });
}
