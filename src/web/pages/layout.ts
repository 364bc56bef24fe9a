import { html } from 'hono/html';
import type { Words } from '../../locale/index.ts';
import { icon, script, style } from '../assets/index.ts';
import type { Html } from './text.ts';

/** Where a page that changes by itself hears of it. */
export interface Followed {
  readonly events: string;
  readonly status: string;
  /** Names what it shows; news with another name make it load anew. */
  readonly view: string;
  /** Where it is found again; absent: where it is. */
  readonly home?: string;
}

export interface Page {
  readonly heading: string;
  readonly icon: Html;
  /** Colours the icon. */
  readonly tone: 'calm' | 'good' | 'bad';
  readonly content: Html;
  /** Further elements of the head. */
  readonly head?: Html;
  /** Loads the script. */
  readonly follows?: Followed;
}

/** One card in the middle of the screen. Everything it needs comes from this device. */
export function layout(words: Words, { heading, icon: picture, tone, content, head, follows }: Page): Html {
  const home = follows?.home !== undefined && html` data-home="${follows.home}"`;
  const follow =
    follows &&
    html` data-events="${follows.events}" data-status="${follows.status}" data-view="${follows.view}"${home}`;
  return html`<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${heading} · ${words.pages.product}</title>
<link rel="icon" type="image/svg+xml" href="${icon.path}">
<link rel="stylesheet" href="${style.path}">
${follows && html`<script defer src="${script.path}"></script>`}${head}
</head>
<body>
<main class="card ${tone}"${follow}>
${picture}
<h1>${heading}</h1>
${content}
</main>
</body>
</html>`;
}
