import { html } from 'hono/html';
import type { Landing } from '../../broker/types.ts';
import { fill, type Words } from '../../locale/index.ts';
import { linkIcon } from './icons.ts';
import { layout } from './layout.ts';
import { type Html, nameOf, shown } from './text.ts';

const MOST_SCOPES = 12;

/** Seconds after which a browser without scripts looks again. */
const RELOAD_AFTER = 30;

/**
 * Asks the user whether to sign in: who asks, where, for what, and one button.
 *
 * @param now milliseconds since the Unix epoch
 */
export function landingPage(words: Words, landing: Landing, now: number): Html {
  const text = words.pages.landing;
  const provider = shown(landing.providerHost);
  const link = `/s/${landing.linkCode}`;
  return layout(words, {
    heading: text.heading,
    icon: linkIcon,
    tone: 'calm',
    head: html`<noscript><meta http-equiv="refresh" content="${RELOAD_AFTER}"></noscript>`,
    follows: { events: `${link}/events`, status: `${link}/status` },
    content: html`<p>${fill(text.text, { provider })}</p>
<dl>
<div><dt>${text.skill}</dt><dd><bdi>${shown(nameOf(landing.app))}</bdi></dd></div>
<div><dt>${text.access}</dt><dd>${access(words, landing.scopes, provider)}</dd></div>
</dl>
${signInForm(link, fill(text.button, { provider }))}
<p class="note">${text.password}</p>
<p class="note">${fill(text.expires, { minutes: minutes(words, landing.expiresAt - now) })}</p>`,
  });
}

/** The button that starts the sign-in in this browser. */
export function signInForm(link: string, label: string): Html {
  return html`<form method="post" action="${link}"><button type="submit">${label}</button></form>`;
}

function access(words: Words, scopes: readonly string[], provider: string): Html | string {
  const { defaultAccess, moreAccess } = words.pages.landing;
  if (scopes.length === 0) return fill(defaultAccess, { provider });
  const more = scopes.length - MOST_SCOPES;
  return html`<ul>
${scopes.slice(0, MOST_SCOPES).map((scope) => html`<li><bdi>${shown(scope)}</bdi></li>\n`)}${
  more > 0 && html`<li>${fill(moreAccess, { count: more })}</li>`
}</ul>`;
}

function minutes(words: Words, milliseconds: number): string {
  const format = new Intl.NumberFormat(words.lang, { style: 'unit', unit: 'minute', unitDisplay: 'long' });
  return format.format(Math.max(1, Math.round(milliseconds / 60_000)));
}
