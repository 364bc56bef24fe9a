import { html } from 'hono/html';
import type { MethodChoice } from '../../broker/methods/method.ts';
import { fill, type Words } from '../../locale/index.ts';
import { CATALOGUE_LANG, type Html } from './text.ts';

/** Reasons of which the provider's own sentence on redirect addresses tells more. */
const OF_PROVIDER: ReadonlySet<string> = new Set([
  'provider_refuses_lan',
  'provider_refuses_https',
  'provider_refuses_loopback',
]);

/**
 * Why the ways that are not offered can't work.
 *
 * @param note what the provider says of redirect addresses
 */
export function whyNot(
  words: Words,
  choices: readonly MethodChoice[],
  { provider, note }: { readonly provider: string; readonly note: string | undefined },
): Html {
  const isAnyOffered = choices.some(({ offered }) => offered);
  const refused = choices.filter(({ offered }) => !offered).toSorted(byUse);
  if (refused.length === 0) return html``;
  const { names, reasons } = words.methods;
  const showsNote = note !== undefined && refused.some(({ reason }) => OF_PROVIDER.has(reason));
  return html`<details${!isAnyOffered && html` open`}>
<summary>${words.pages.landing.whyNot}</summary>
<dl>
${refused.map(
  ({
    method,
    reason,
  }) => html`<div><dt>${names[method]}</dt><dd>${fill(reasons[reason], { provider })}</dd></div>
`,
)}</dl>
${showsNote && html`<p class="note" lang="${CATALOGUE_LANG}">${note}</p>`}
</details>`;
}

/** What only somebody at the device itself could do comes last. */
function byUse(one: MethodChoice, other: MethodChoice): number {
  return Number(isAtDevice(one)) - Number(isAtDevice(other));
}

function isAtDevice({ method }: MethodChoice): boolean {
  return method === 'loopback' || method === 'shell';
}
