import { html } from 'hono/html';
import type { Landing } from '../../broker/types.ts';
import type { OAuthBrokerError } from '../../errors.ts';
import { fill, type Words } from '../../locale/index.ts';
import { linkIcon } from './icons.ts';
import { layout } from './layout.ts';
import { nameOfProvider } from './provider-name.ts';
import { explainOn } from './result-page.ts';
import { setup } from './setup.ts';
import { type Html, nameOf } from './text.ts';
import { followed } from './followed-page.ts';

/**
 * The way by pasting, in two steps: sign in beside this page, then bring the address of the page that can't be opened.
 * What was pasted is not shown again: there may be a code in it.
 *
 * @param error what was wrong with what was pasted last
 */
export function pastePage(words: Words, landing: Landing, error?: OAuthBrokerError): Html {
  const text = words.pages.paste;
  const provider = nameOfProvider(landing);
  const link = `/s/${landing.linkCode}`;
  const { paste: redirectUri = '' } = landing.redirectUris;
  const start = URL.canParse(redirectUri) ? new URL(redirectUri).host : '';
  const [before = '', after = ''] = text.copyText.split('{start}');
  const marks = error && html` aria-invalid="true" aria-describedby="wrong" autofocus`;
  return layout(words, {
    heading: text.heading,
    icon: linkIcon,
    tone: 'calm',
    follows: followed(landing, `${link}/paste`),
    content: html`<ol class="steps">
<li>
<h2>${text.signIn}</h2>
<p>${fill(text.signInText, { provider })}</p>
<form method="post" action="${link}" target="_blank" rel="noopener"><button type="submit" name="method" value="paste">${fill(text.open, { provider })}</button></form>
</li>
<li>
<h2>${text.copy}</h2>
<p>${before}<code>${start}</code>${after}</p>
<form method="post" action="${link}/paste">
${error && html`<p class="error" id="wrong" role="alert">${explanation(words, landing, error)}</p>`}
<label for="address">${text.label}</label>
<textarea id="address" name="address" rows="3" required autocomplete="off" autocapitalize="none" spellcheck="false"${marks}></textarea>
<button type="submit">${text.button}</button>
</form>
<p class="note">${text.private}</p>
</li>
</ol>
<p><a href="${link}?again">${text.back}</a></p>
${setup(words, landing, ['paste'])}`,
  });
}

function explanation(words: Words, landing: Landing, error: OAuthBrokerError): Html {
  const provider = nameOfProvider(landing);
  if (error.code === 'attempt_unknown') {
    return html`<b>${fill(words.pages.paste.openFirst, { provider })}</b>`;
  }
  const { error: sentence, hint } = explainOn(words, error, { app: nameOf(landing.app), provider });
  return html`<b>${sentence}</b> ${hint}`;
}
