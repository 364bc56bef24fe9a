import { html } from 'hono/html';
import type { ConsoleWords } from '../../../locale/index.ts';
import { consoleScript, consoleStyle, icon, style } from '../../assets/index.ts';
import type { Html } from '../text.ts';
import type { ConsoleView } from './view.ts';

export type Section = keyof ConsoleWords['nav'];

const PATHS: Readonly<Record<Section, string>> = {
  accounts: '/console',
  services: '/console/services',
  activity: '/console/activity',
  settings: '/console/settings',
};

export interface ConsolePage {
  readonly heading: string;
  readonly section: Section;
  readonly content: Html;
  /** Under the heading. */
  readonly lead?: Html | string;
  /** What the last form came to. */
  readonly notice?: Html | string;
  /** The page above this one. */
  readonly parent?: { readonly path: string; readonly name: string };
  /** Seconds after which a browser without scripts looks again; absent: it does not. */
  readonly reloadAfter?: number;
}

/**
 * A page of the console. What stands in an element with `data-live` and an id is brought up to date by the script when
 * something has happened; forms stay outside, so that nothing that is typed gets lost.
 */
export function consoleLayout(view: ConsoleView, page: ConsolePage): Html {
  const { words } = view;
  const text = words.console;
  const { heading, section, content, lead, notice, parent, reloadAfter } = page;
  return html`<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${heading} · ${text.name}</title>
<link rel="icon" type="image/svg+xml" href="${icon.path}">
<link rel="stylesheet" href="${style.path}">
<link rel="stylesheet" href="${consoleStyle.path}">
<script defer src="${consoleScript.path}"></script>
${reloadAfter !== undefined && html`<noscript><meta http-equiv="refresh" content="${reloadAfter}"></noscript>`}
</head>
<body class="console" data-news="/console/events">
<a class="skip" href="#content">${text.skipToContent}</a>
<header class="top">
<p class="brand"><a href="/console"><img src="${icon.path}" alt="" width="28" height="28">${text.name}</a></p>
<nav aria-label="${text.navigation}"><ul>
${(Object.keys(PATHS) as Section[]).map(
  (one) =>
    html`<li><a href="${PATHS[one]}"${one === section && html` aria-current="page"`}>${text.nav[one]}</a></li>\n`,
)}</ul></nav>
</header>
<main id="content">
${parent !== undefined && html`<p class="up"><a href="${parent.path}">${parent.name}</a></p>`}
<h1>${heading}</h1>
${notice !== undefined && html`<p class="notice" role="status">${notice}</p>`}
${lead !== undefined && html`<p class="lead">${lead}</p>`}
${content}
</main>
</body>
</html>`;
}
