import { html } from 'hono/html';
import { fill, pluralForm, type Words } from '../../locale/index.ts';
import type { Provider } from '../../providers/index.ts';
import { CATALOGUE_LANG, type Html, shown } from './text.ts';

/** What a provider asks to be done there, as the catalogue has it; a page in another language says in which it is. */
export function catalogueSteps(words: Words, steps: readonly string[]): Html {
  const isForeign = words.lang !== CATALOGUE_LANG;
  return html`${isForeign && html`<p class="note">${words.pages.setup.inEnglish}</p>\n`}<ol lang="${CATALOGUE_LANG}">
${steps.map((step) => html`<li>${step}</li>\n`)}</ol>`;
}

/**
 * What scopes allow, as the catalogue has it, else their names.
 *
 * @param most beyond which they are only counted
 */
export function scopeList(
  { lang, pages }: Words,
  scopes: readonly string[],
  { provider, most }: { readonly provider: Provider | undefined; readonly most: number },
): Html {
  const known = new Map(Object.entries(provider?.scopes.known ?? {}));
  const more = scopes.length - most;
  return html`<ul>
${scopes.slice(0, most).map((scope) => html`<li>${scopeText(known.get(scope), scope)}</li>\n`)}${
  more > 0 && html`<li>${fill(pluralForm(lang, pages.landing.moreAccess, more), { count: more })}</li>`
}</ul>`;
}

function scopeText(allows: string | undefined, scope: string): Html {
  return allows === undefined
    ? html`<bdi>${shown(scope)}</bdi>`
    : html`<bdi lang="${CATALOGUE_LANG}">${allows}</bdi>`;
}
