import { html } from 'hono/html';
import type { SignInProspect } from '../../../broker/types.ts';
import { fill, type Words } from '../../../locale/index.ts';
import { nameOfProvider } from '../provider-name.ts';
import { catalogueSteps } from '../catalogue-text.ts';
import type { Html } from '../text.ts';

/** The provider's own way to a client; empty for a provider that no catalogue has. */
export function setupSteps(words: Words, prospect: Pick<SignInProspect, 'provider' | 'providerHost'>): Html {
  const { provider: entry } = prospect;
  const provider = nameOfProvider(prospect);
  if (entry === undefined || provider !== entry.title) return html``;
  return html`<section class="panel">
<h2>${words.console.client.steps}</h2>
${catalogueSteps(words, entry.setup.steps)}
<p><a href="${entry.setup.url}" target="_blank" rel="noopener noreferrer">${fill(words.console.client.open, { provider })}</a></p>
</section>`;
}
