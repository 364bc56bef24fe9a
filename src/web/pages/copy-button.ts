import { html } from 'hono/html';
import type { Words } from '../../locale/index.ts';
import type { Html } from './text.ts';

/** Hidden until the script is there, which does the copying; what is copied stands beside it to be selected by hand. */
export function copyButton(words: Words, text: string, label = words.pages.copy): Html {
  const { copied } = words.pages;
  return html`<button type="button" class="small" data-copy="${text}" data-copied="${copied}" hidden>${label}</button>`;
}
