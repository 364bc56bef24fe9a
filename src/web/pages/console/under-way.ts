import { html } from 'hono/html';
import type { WaitingSignIn } from '../../../broker/types.ts';
import { fill } from '../../../locale/index.ts';
import { phrase } from '../phrase.ts';
import { type Html, shown } from '../text.ts';
import { type Account, titleOf } from './account.ts';
import { type ConsoleView, form } from './view.ts';
import { when } from './when.ts';

/** A sign-in that waits, and whose it is. */
export interface UnderWay {
  readonly signIn: WaitingSignIn;
  readonly account: Account;
}

/** The sign-ins that wait for somebody, each with a way on and a way out. */
export function underWay(view: ConsoleView, waiting: readonly UnderWay[]): Html {
  const text = view.words.console.underWay;
  if (waiting.length === 0) return html``;
  return html`<section class="panel">
<h2>${text.heading}</h2>
<ul class="waiting">
${waiting.map((one) => item(view, one))}</ul>
</section>`;
}

function item(view: ConsoleView, { signIn, account }: UnderWay): Html {
  const { words, now } = view;
  const text = words.console.underWay;
  const { app, attempt, method, expiresAt, linkCode, device } = signIn;
  const title = titleOf(account);
  return html`<li>
<p><b><bdi>${title}</bdi></b><br>${phrase(text.line, { method: words.methods.names[method], when: when(words, expiresAt, now) })}</p>
<p class="note">${text.attempt} <code>${attempt}</code>${device !== undefined && html` · ${text.code} <code>${shown(device.userCode)}</code>`}</p>
<div class="choices">
${linkCode !== undefined && html`<p><a class="button small" href="/s/${linkCode}">${text.goOn}</a></p>`}
${form(
  view,
  '/console/sign-ins/cancel',
  html`<input type="hidden" name="account" value="${app.mungedId}">
<input type="hidden" name="attempt" value="${attempt}">
<button type="submit" class="small" id="cancel-${attempt}" aria-label="${fill(text.cancelOf, { app: title })}">${text.cancel}</button>`,
)}
</div>
</li>
`;
}
