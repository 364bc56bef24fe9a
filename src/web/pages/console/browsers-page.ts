import { html } from 'hono/html';
import { fill, type Words } from '../../../locale/index.ts';
import type { ConsoleSession, Visitor } from '../../console/access.ts';
import { LONGEST_IDLE, LONGEST_SESSION } from '../../console/sessions.ts';
import { phrase } from '../phrase.ts';
import { type Html, shown } from '../text.ts';
import { hours, minutes } from '../time-left.ts';
import { consoleLayout } from './layout.ts';
import { type ConsoleView, form } from './view.ts';
import { when } from './when.ts';

export interface Browsers {
  readonly sessions: readonly ConsoleSession[];
  readonly visitor: Visitor;
}

/** The browsers on the LAN that have the console open, each with a way to close it there. */
export function browsersPage(view: ConsoleView, { sessions, visitor }: Browsers): Html {
  const { words } = view;
  const text = words.console.browsers;
  return consoleLayout(view, {
    heading: text.heading,
    section: 'settings',
    parent: { path: '/console/settings', name: view.words.console.settings.heading },
    lead: text.text,
    content: html`<section class="panel" id="sessions" data-live>
${
  sessions.length === 0
    ? html`<p>${text.none}</p>`
    : html`<ul class="waiting">
${sessions.map((session) => item(view, session, visitor))}</ul>`
}
</section>
${visitor.kind === 'local' && html`<p class="note">${text.local}</p>`}
<p class="note">${fill(text.plainHttp, { idle: minutes(words, LONGEST_IDLE), longest: hours(words, LONGEST_SESSION) })}</p>`,
  });
}

function item(view: ConsoleView, session: ConsoleSession, visitor: Visitor): Html {
  const { words, now } = view;
  const text = words.console.browsers;
  const { id, address, startedAt, lastSeenAt, agent } = session;
  const browser = browserOf(words, agent);
  const isThis = visitor.kind === 'session' && visitor.id === id;
  return html`<li>
<p><b><bdi title="${shown(agent)}">${browser}</bdi></b>${isThis && html` <span class="state good">${text.thisOne}</span>`}<br>${fill(text.from, { address })}</p>
<p class="note">${phrase(text.opened, { when: when(words, startedAt, now) })} · ${phrase(text.seen, { when: when(words, lastSeenAt, now) })}</p>
<div class="choices">
${form(
  view,
  `/console/browsers/${id}/close`,
  html`<button type="submit" class="small" id="close-${id}" aria-label="${fill(text.endOf, { browser, address })}">${text.end}</button>`,
)}
</div>
</li>
`;
}

// In this order: each of them also names those that come after it.
const BROWSERS = [
  ['Firefox', /Firefox\/|FxiOS\//],
  ['Edge', /Edg(e|A|iOS)?\//],
  ['Samsung Internet', /SamsungBrowser\//],
  ['Opera', /OPR\//],
  ['Chrome', /Chrom(e|ium)\/|CriOS\//],
  ['Safari', /Safari\//],
] as const;
const SYSTEMS = [
  ['Android', /Android/],
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
] as const;

/** What a person calls a browser; nothing is decided by it. */
function browserOf(words: Words, agent: string): string {
  const { unknown, browserOn } = words.console.browsers;
  const [browser] = BROWSERS.find(([, mark]) => mark.test(agent)) ?? [];
  const [system] = SYSTEMS.find(([, mark]) => mark.test(agent)) ?? [];
  if (browser === undefined) return unknown;
  return system === undefined ? browser : fill(browserOn, { browser, system });
}
