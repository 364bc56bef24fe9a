import { html } from 'hono/html';
import type { Words } from '../../locale/index.ts';
import { icon, script, style } from '../assets/index.ts';
import type { Html } from './text.ts';

export interface Page {
  readonly heading: string;
  readonly icon: Html;
  /** Colours the icon. */
  readonly tone: 'calm' | 'good' | 'bad';
  readonly content: Html;
  /** Further elements of the head. */
  readonly head?: Html;
  /** Where a page that changes by itself hears of it: loads the script. */
  readonly follows?: { readonly events: string; readonly status: string };
}

/** One card in the middle of the screen. Everything it needs comes from this device. */
export function layout(words: Words, { heading, icon: picture, tone, content, head, follows }: Page): Html {
  const follow = follows && html` data-events="${follows.events}" data-status="${follows.status}"`;
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
