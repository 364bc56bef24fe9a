import { html } from 'hono/html';
import type { Landing } from '../../broker/types.ts';
import { fill, type Words } from '../../locale/index.ts';
import type { Method } from '../../store/records.ts';
import { copyButton } from './copy-button.ts';
import { nameOfProvider } from './provider-name.ts';
import { catalogueSteps } from './catalogue-text.ts';
import type { Html } from './text.ts';

/**
 * How the provider must be set up: the steps to a client of one's own, and the redirect address of each way, exactly as
 * it must be registered. Empty where there is nothing to do: the client is registered already, or is an address itself.
 *
 * @param methods the ways that the page is about
 */
export function setup(words: Words, landing: Landing, methods: readonly Method[]): Html {
  const { app, provider: entry, redirectUris } = landing;
  const isByItself = app.credentialsFrom === 'registration' || /^https?:/i.test(app.clientId ?? '');
  const addresses = methods.flatMap((method) => {
    const uri = redirectUris[method];
    return uri === undefined ? [] : [{ method, uri }];
  });
  if (isByItself || (addresses.length === 0 && entry === undefined)) return html``;
  const provider = nameOfProvider(landing);
  const isKnown = entry !== undefined && provider === entry.title;
  const { heading, text, open } = words.pages.setup;
  return html`<details>
<summary>${fill(heading, { provider })}</summary>
${
  isKnown &&
  html`${catalogueSteps(words, entry.setup.steps)}
<p><a href="${entry.setup.url}" target="_blank" rel="noopener noreferrer">${fill(open, { provider })}</a></p>`
}
${addresses.map(
  ({ method, uri }) => html`<div class="address">
<p>${addresses.length > 1 && html`<b>${words.methods.names[method]}</b><br>`}${fill(text, { provider })}</p>
<p><code>${uri}</code></p>
${copyButton(words, uri)}
</div>
`,
)}</details>`;
}
