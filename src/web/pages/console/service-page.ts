import { html } from 'hono/html';
import { fill, pluralForm, type Words } from '../../../locale/index.ts';
import type { Provider } from '../../../providers/index.ts';
import { type Account, pathOfAccount, stateLabel, titleOf } from './account.ts';
import { consoleLayout } from './layout.ts';
import { type ConsoleView, form } from './view.ts';
import { catalogueSteps } from '../catalogue-text.ts';
import { CATALOGUE_LANG, type Html } from '../text.ts';

export interface ServiceForm {
  readonly provider: Provider;
  /** Those that lead there already. */
  readonly accounts: readonly Account[];
  readonly typed: {
    readonly parameters: Readonly<Record<string, string>>;
    readonly scopes: ReadonlySet<string>;
  };
  readonly problem?: { readonly parameter?: string; readonly text: string };
}

/** What is to be known of a service before it is connected, and the form that begins it. */
export function servicePage(view: ConsoleView, { provider, accounts, typed, problem }: ServiceForm): Html {
  const { words } = view;
  const text = words.console.service;
  const { title, name, setup, status } = provider;
  const parameters = Object.entries(provider.parameters ?? {});
  return consoleLayout(view, {
    heading: fill(text.heading, { provider: title }),
    section: 'services',
    parent: { path: '/console/services', name: words.console.services.heading },
    lead: fill(text.text, { provider: title }),
    content: html`${
      accounts.length > 0 &&
      html`<section class="panel"><h2>${text.knownAs}</h2>
<ul class="plain">
${accounts.map((account) => html`<li><a href="${pathOfAccount(account.view.app)}"><bdi>${titleOf(account)}</bdi></a> ${stateLabel(words, account.view.state)}</li>\n`)}</ul></section>`
    }
${form(
  view,
  `/console/services/${name}`,
  html`${problem !== undefined && problem.parameter === undefined && html`<p class="error" role="alert"><b>${problem.text}</b></p>`}
${
  parameters.length > 0 &&
  html`<h2>${fill(text.ownServer, { provider: title })}</h2>
${parameters.map(([parameter, { title: label, example }]) => {
  const isWrong = problem?.parameter === parameter;
  return html`<label for="p-${parameter}" lang="${CATALOGUE_LANG}">${label}</label>
<input id="p-${parameter}" name="parameter.${parameter}" required maxlength="1024" value="${typed.parameters[parameter] ?? ''}" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="${isWrong ? 'wrong' : `e-${parameter}`}"${isWrong && html` aria-invalid="true" autofocus`}>
${isWrong && html`<p class="error" id="wrong" role="alert">${problem.text}</p>`}
<p class="note" id="e-${parameter}">${fill(text.example, { example })}</p>
`;
})}`
}
${scopes(words, provider, typed.scopes)}
<div class="actions"><button type="submit">${text.go}</button></div>`,
  'panel',
)}
<section class="panel">
<h2>${text.steps}</h2>
${!provider.ownAddressIsClientId && html`<p>${text.stepsText}</p>`}
${catalogueSteps(words, setup.steps)}
<p><a href="${setup.url}" target="_blank" rel="noopener noreferrer">${fill(text.open, { provider: title })}</a></p>
</section>
${goodToKnow(words, provider)}
${status === 'unchecked' && html`<p class="note">${fill(text.unchecked, { provider: title })}</p>`}`,
  });
}

function scopes(
  words: Words,
  { scopes: { known, default: usual } }: Provider,
  chosen: ReadonlySet<string>,
): Html {
  const { access, accessText } = words.console.service;
  const all = [...new Set([...usual, ...Object.keys(known)])];
  if (all.length === 0) return html``;
  return html`<fieldset>
<legend>${access}</legend>
<p class="note">${accessText}</p>
${all.map(
  (
    scope,
    index,
  ) => html`<p class="check"><input type="checkbox" id="s-${index}" name="scope" value="${scope}"${chosen.has(scope) && html` checked`}><label for="s-${index}">${inEnglish(known[scope]) ?? scope}${known[scope] !== undefined && html` <small><code>${scope}</code></small>`}</label></p>
`,
)}</fieldset>`;
}

function inEnglish(note: string | undefined): Html | undefined {
  return note === undefined ? undefined : html`<span lang="${CATALOGUE_LANG}">${note}</span>`;
}

function goodToKnow(words: Words, { device, refresh, redirect }: Provider): Html {
  const text = words.console.service;
  const lines = [
    device !== null && text.byCode,
    refresh.grantDays !== undefined &&
      fill(pluralForm(words.lang, text.grantEnds, refresh.grantDays), { count: refresh.grantDays }),
    !refresh.supported && refresh.accessTokenSeconds !== null && text.noRefresh,
  ].filter((line) => typeof line === 'string');
  const notes = [device?.note, redirect.note, refresh.note].filter((note) => note !== undefined);
  if (lines.length + notes.length === 0) return html``;
  return html`<section class="panel">
<h2>${text.goodToKnow}</h2>
<ul>
${lines.map((line) => html`<li>${line}</li>\n`)}${notes.map((note) => html`<li lang="${CATALOGUE_LANG}">${note}</li>\n`)}</ul>
</section>`;
}
