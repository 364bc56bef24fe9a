import { html } from 'hono/html';
import type { Html } from './text.ts';

/** A sentence of `locale/` with pieces of a page, such as a link or a time, in its `{name}` places. */
export function phrase(sentence: string, parts: Readonly<Record<string, Html | string | number>>): Html {
  // Split at a group, every second piece is a name.
  const pieces = sentence.split(/\{(\w+)\}/);
  return html`${pieces.map((piece, index) => (index % 2 === 0 ? piece : (parts[piece] ?? `{${piece}}`)))}`;
}
