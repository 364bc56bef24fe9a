import { html } from 'hono/html';
import type { SignInProspect } from '../../../broker/types.ts';
import { fill } from '../../../locale/index.ts';
import type { Html } from '../text.ts';
import { type Account, pathOfAccount, serviceOf } from './account.ts';
import { consoleLayout } from './layout.ts';
import { redirectAddresses } from './redirect-addresses.ts';
import { setupSteps } from './setup-steps.ts';
import { type ConsoleView, form } from './view.ts';

export interface ClientForm {
  readonly account: Account;
  readonly prospect: SignInProspect;
  /** What was typed, to be mended. The secret is not among it. */
  readonly typed?: { readonly clientId: string; readonly isPublic: boolean };
  readonly problem?: { readonly field: 'client_id' | 'client_secret'; readonly text: string };
}

/** Where a client id and secret are entered: how to get them, what to register there, and the form. */
export function clientPage(view: ConsoleView, { account, prospect, typed, problem }: ClientForm): Html {
  const { words } = view;
  const text = words.console.client;
  const { app } = account.view;
  const provider = serviceOf(account);
  const path = pathOfAccount(app);
  const mayBePublic = prospect.provider?.clientAuthentication.includes('none') !== false || app.isPublic;
  const marks = (field: string): Html | false =>
    problem?.field === field && html` aria-invalid="true" aria-describedby="wrong" autofocus`;
  const complaint = (field: string): Html | false =>
    problem?.field === field && html`<p class="error" id="wrong" role="alert">${problem.text}</p>`;
  return consoleLayout(view, {
    heading: fill(text.heading, { provider }),
    section: 'accounts',
    parent: { path, name: provider },
    lead: fill(text.text, { provider }),
    content: html`${setupSteps(words, prospect)}
<section class="panel">${redirectAddresses(words, prospect)}</section>
${form(
  view,
  `${path}/client`,
  html`${complaint('client_id')}
<label for="client_id">${text.id}</label>
<input id="client_id" name="client_id" required maxlength="2048" value="${typed?.clientId ?? app.clientId ?? ''}" autocomplete="off" autocapitalize="none" spellcheck="false"${marks('client_id')}>
${complaint('client_secret')}
<label for="client_secret">${text.secret}</label>
<input id="client_secret" name="client_secret" type="password" maxlength="4096" autocomplete="new-password"${problem?.field === 'client_secret' ? marks('client_secret') : html` aria-describedby="secret-note"`}>
<p class="note" id="secret-note">${app.clientSecret === null ? text.secretHint : text.secretKept}</p>
${
  mayBePublic &&
  html`<p class="check"><input type="checkbox" id="public" name="public" value="yes"${(typed?.isPublic ?? (app.isPublic && app.clientSecret === null)) && html` checked`}><label for="public">${text.public}</label></p>`
}
<div class="actions"><button type="submit">${text.save}</button>
<p><a class="button secondary" href="${path}">${words.console.cancel}</a></p></div>`,
  'panel',
)}`,
  });
}
