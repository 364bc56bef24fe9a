import { html } from 'hono/html';
import type { Html } from './text.ts';

// Decoration only: the heading beside an icon says the same in words.

export const linkIcon: Html = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
<path d="M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7L12 17.7" />
</svg>`;

export const doneIcon: Html = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
<path d="m5 12.5 4.5 4.5L19 7.5" />
</svg>`;

export const problemIcon: Html = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
<path d="M12 6v7.5M12 17.5v.1" />
</svg>`;
