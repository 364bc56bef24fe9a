import { html } from 'hono/html';
import type { Landing } from '../../broker/types.ts';
import { explain, fill, type Words } from '../../locale/index.ts';
import { deviceCode } from './device-code.ts';
import { linkIcon } from './icons.ts';
import { layout } from './layout.ts';
import { methodButton, otherWays } from './method-buttons.ts';
import { nameOfProvider } from './provider-name.ts';
import { setup } from './setup.ts';
import { minutes } from './time-left.ts';
import { followed } from './followed-page.ts';
import { whyNot } from './why-not.ts';
import { scopeList } from './catalogue-text.ts';
import { type Html, nameOf, shown } from './text.ts';

/** Seconds after which a browser without scripts looks again: a code is allowed on another page, a button is not. */
const RELOAD_AFTER = { code: 10, button: 30 };

/** Scopes that are listed one by one; some providers' lists have no end. */
const MOST_SCOPES = 12;

/**
 * Asks the user whether to sign in: who asks, where, for what, the best way as one big button or as the code to type,
 * and the others.
 *
 * @param now milliseconds since the Unix epoch
 */
export function landingPage(words: Words, landing: Landing, now: number): Html {
  const text = words.pages.landing;
  const provider = nameOfProvider(landing);
  const link = `/s/${landing.linkCode}`;
  const offered = landing.methods.filter((choice) => choice.offered);
  const others = offered.slice(1);
  const reloadAfter = landing.device === undefined ? RELOAD_AFTER.button : RELOAD_AFTER.code;
  const isCodeShown = landing.device !== undefined && offered[0]?.method === 'device';
  return layout(words, {
    heading: text.heading,
    icon: linkIcon,
    tone: 'calm',
    head: html`<noscript><meta http-equiv="refresh" content="${reloadAfter}"></noscript>`,
    follows: followed(landing),
    content: html`<p>${fill(text.text, { provider })}</p>
<dl>
<div><dt>${text.skill}</dt><dd><bdi>${shown(nameOf(landing.app))}</bdi></dd></div>
<div><dt>${text.account}</dt><dd>${account(landing, provider)}</dd></div>
<div><dt>${text.access}</dt><dd>${access(words, landing, provider)}</dd></div>
</dl>
${recommended(words, landing, { provider, link, now })}
${offered.length > 0 && html`<p class="note">${text.password}</p>`}
${offered.length > 0 && !isCodeShown && html`<p class="note">${fill(text.expires, { minutes: minutes(words, landing.expiresAt - now) })}</p>`}
${otherWays(words, link, others, provider)}
${whyNot(words, landing.methods, { provider, note: landing.provider?.redirect.note })}
${setup(
  words,
  landing,
  offered.map(({ method }) => method),
)}`,
  });
}

function recommended(
  words: Words,
  { methods: [best], device, deviceFailure }: Landing,
  { provider, link, now }: { readonly provider: string; readonly link: string; readonly now: number },
): Html {
  const { buttons, noWay } = words.pages.landing;
  if (best?.offered !== true) return html`<p class="error"><b>${fill(noWay, { provider })}</b></p>`;
  const reason = html`<p>${fill(words.methods.reasons[best.reason], { provider })}</p>`;
  if (best.method !== 'device' || (device === undefined && deviceFailure === undefined)) {
    return html`${reason}
${methodButton(link, best.method, fill(buttons[best.method], { provider }))}`;
  }
  if (device !== undefined) return deviceCode(words, device, { provider, now });
  return html`${deviceFailure !== undefined && html`<p class="error"><b>${explain(words, deviceFailure).error}</b></p>`}
${reason}
${methodButton(link, 'device', words.pages.device.again)}`;
}

function account({ providerHost }: Landing, provider: string): Html {
  const host = shown(providerHost);
  return host === provider
    ? html`<bdi>${host}</bdi>`
    : html`<bdi>${provider}</bdi> <small><bdi>${host}</bdi></small>`;
}

function access(words: Words, { scopes, provider: entry }: Landing, provider: string): Html | string {
  if (scopes.length === 0) return fill(words.pages.landing.defaultAccess, { provider });
  return scopeList(words, scopes, { provider: entry, most: MOST_SCOPES });
}
