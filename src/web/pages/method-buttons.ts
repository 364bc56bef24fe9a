import { html } from 'hono/html';
import type { MethodChoice } from '../../broker/methods/method.ts';
import { fill, type Words } from '../../locale/index.ts';
import type { Method } from '../../store/records.ts';
import type { Html } from './text.ts';

export type Weight = 'primary' | 'secondary';

/**
 * Starts a sign-in of a link by one way. The way by pasting has a page of its own first.
 *
 * @param link path of the link
 */
export function methodButton(link: string, method: Method, label: string, weight: Weight = 'primary'): Html {
  if (method === 'paste') return html`<p><a class="button ${weight}" href="${link}/paste">${label}</a></p>`;
  return html`<form method="post" action="${link}"><button type="submit" class="${weight}" name="method" value="${method}">${label}</button></form>`;
}

/** The ways beside the recommended one, each with what it takes. */
export function otherWays(
  words: Words,
  link: string,
  others: readonly MethodChoice[],
  provider: string,
): Html {
  const { names, reasons } = words.methods;
  if (others.length === 0) return html``;
  return html`<section class="others">
<h2>${words.pages.landing.others}</h2>
${others.map(
  ({ method, reason }) => html`${methodButton(link, method, names[method], 'secondary')}
<p class="note">${fill(reasons[reason], { provider })}</p>
`,
)}</section>`;
}
