import { html } from 'hono/html';
import { fill, type Words } from '../../locale/index.ts';
import { linkIcon } from './icons.ts';
import { layout } from './layout.ts';
import { type Html, shown } from './text.ts';

/**
 * Sends the browser on to the provider. A redirect of the form itself would do if `form-action` did not hold for every
 * hop that follows: Chromium stops a sign-in at a provider that passes it to another host.
 */
export function leavingPage(words: Words, authorizationUrl: URL): Html {
  const { heading, text, link } = words.pages.leaving;
  const provider = shown(authorizationUrl.host);
  return layout(words, {
    heading,
    icon: linkIcon,
    tone: 'calm',
    head: html`<meta http-equiv="refresh" content="0;url=${authorizationUrl.href}">`,
    content: html`<p>${fill(text, { provider })}</p>
<p><a class="button" href="${authorizationUrl.href}">${fill(link, { provider })}</a></p>`,
  });
}
