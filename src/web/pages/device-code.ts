import { html } from 'hono/html';
import type { Landing } from '../../broker/types.ts';
import { fill, type Words } from '../../locale/index.ts';
import { speakableUserCode } from '../../oauth/user-code.ts';
import { copyButton } from './copy-button.ts';
import { minutes } from './time-left.ts';
import { type Html, shown } from './text.ts';

/** Characters that fit into one line of a small phone in the largest type. */
const MOST_LARGE = 9;

/**
 * The code that the user types at the provider (RFC 8628 §3.3), and the way there.
 *
 * @param now milliseconds since the Unix epoch
 */
export function deviceCode(
  words: Words,
  { userCode, verificationUri, verificationUriComplete, expiresAt }: NonNullable<Landing['device']>,
  { provider, now }: { readonly provider: string; readonly now: number },
): Html {
  const text = words.pages.device;
  const address = shown(verificationUri.replace(/^https?:\/\//, ''));
  const [before = '', after = ''] = text.type.split('{address}');
  return html`<section class="device">
<h2>${text.label}</h2>
<p class="code${userCode.length > MOST_LARGE && ' long'}"><span aria-hidden="true">${shown(userCode)}</span><span class="unseen">${speakableUserCode(shown(userCode))}</span></p>
${copyButton(words, userCode, text.copy)}
<p><a class="button primary" href="${verificationUriComplete ?? verificationUri}" target="_blank" rel="noopener noreferrer">${fill(text.open, { provider })}</a></p>
${verificationUriComplete !== undefined && html`<p>${text.filledIn}</p>`}
<p>${before}<a href="${verificationUri}" target="_blank" rel="noopener noreferrer">${address}</a>${after}</p>
<p class="progress" role="status">${fill(text.waiting, { provider })}</p>
<p class="note">${fill(text.expires, { minutes: minutes(words, expiresAt - now) })}</p>
</section>`;
}
