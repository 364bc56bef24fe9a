import { html } from 'hono/html';
import type { SignInProspect } from '../../../broker/types.ts';
import { fill, type Words } from '../../../locale/index.ts';
import { copyButton } from '../copy-button.ts';
import { nameOfProvider } from '../provider-name.ts';
import { CATALOGUE_LANG, type Html } from '../text.ts';

/**
 * The redirect addresses to register at the provider, exactly as they must be written, each with the ways to sign in
 * that need it. Empty where no way that is open has one.
 */
export function redirectAddresses(words: Words, prospect: SignInProspect): Html {
  const uses = usesOf(prospect);
  if (uses.size === 0) return html``;
  const { addresses, addressesText } = words.console.client;
  const provider = nameOfProvider(prospect);
  const note = prospect.provider?.redirect.note;
  return html`<section class="addresses">
<h3>${addresses}</h3>
<p>${fill(addressesText, { provider })}</p>
${[...uses].map(
  ([uri, methods]) => html`<div class="address">
<p class="note">${new Intl.ListFormat(words.lang, { type: 'disjunction' }).format(methods.map((method) => words.methods.names[method]))}</p>
<p><code>${uri}</code></p>
${copyButton(words, uri)}
</div>
`,
)}${note !== undefined && html`<p class="note" lang="${CATALOGUE_LANG}">${note}</p>`}
</section>`;
}

/** The ways that are open, by the address that they need. */
function usesOf({ methods, redirectUris }: SignInProspect) {
  const uses = new Map<string, Array<keyof Words['methods']['names']>>();
  for (const { method, offered } of methods) {
    const uri = redirectUris[method];
    if (offered && uri !== undefined) uses.set(uri, [...(uses.get(uri) ?? []), method]);
  }
  return uses;
}
