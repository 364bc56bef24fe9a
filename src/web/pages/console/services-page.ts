import { html } from 'hono/html';
import { fill } from '../../../locale/index.ts';
import type { Provider } from '../../../providers/index.ts';
import type { Html } from '../text.ts';
import { consoleLayout } from './layout.ts';
import type { ConsoleView } from './view.ts';

export interface Services {
  /** Those that were found, in the order of their names. */
  readonly providers: readonly Provider[];
  /** What was searched for; empty: nothing. */
  readonly query: string;
  /** Names of those that an account is connected to. */
  readonly connected: ReadonlySet<string>;
}

/** The catalogue, by category, and its search. */
export function servicesPage(view: ConsoleView, { providers, query, connected }: Services): Html {
  const text = view.words.console.services;
  const categories = Object.keys(text.categories) as Provider['category'][];
  return consoleLayout(view, {
    heading: text.heading,
    section: 'services',
    lead: text.text,
    content: html`<form method="get" action="/console/services" role="search" class="search">
<label for="q">${text.search}</label>
<div><input id="q" name="q" type="search" value="${query}" maxlength="100" autocomplete="off" spellcheck="false">
<button type="submit" class="small">${text.searchButton}</button></div>
</form>
${
  query !== '' &&
  html`<p class="found" role="status">${providers.length === 0 ? text.nothing : fill(text.found, { count: providers.length })} <a href="/console/services">${text.clear}</a></p>`
}
${categories.map((category) => {
  const those = providers.filter((one) => one.category === category);
  return (
    those.length > 0 &&
    html`<section class="category">
<h2>${text.categories[category]}</h2>
<ul class="tiles">
${those.map(
  ({ name, title }) =>
    html`<li><a href="/console/services/${name}">${title}${connected.has(name) && html` <span class="state good">${text.connected}</span>`}</a></li>\n`,
)}</ul>
</section>
`
  );
})}
<section class="panel">
<h2>${text.other}</h2>
<p>${text.otherText}</p>
<p class="actions"><a class="button secondary" href="/console/server">${text.other}</a></p>
</section>`,
  });
}
