import { html } from 'hono/html';
import { fill, type Words } from '../../../locale/index.ts';
import { LINK_LIFETIME } from '../../console/one-time-links.ts';
import { linkIcon } from '../icons.ts';
import { layout } from '../layout.ts';
import { phrase } from '../phrase.ts';
import type { Html } from '../text.ts';
import { minutes } from '../time-left.ts';

/**
 * What a browser on the LAN sees that has no session: how to get one.
 *
 * @param isCodeWrong whether it has just tried a code
 */
export function closedPage(words: Words, localUrl: string, isCodeWrong: boolean): Html {
  const text = words.console.closed;
  return layout(words, {
    heading: text.heading,
    icon: linkIcon,
    tone: isCodeWrong ? 'bad' : 'calm',
    content: html`${isCodeWrong && html`<p class="error" id="wrong" role="alert"><b>${fill(text.codeWrong, { minutes: minutes(words, LINK_LIFETIME) })}</b></p>`}
<p>${text.text}</p>
<p><code>ovos-oauth open</code></p>
<form method="post" action="/console/open">
<label for="code">${text.code}</label>
<input id="code" name="code" required maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false"${isCodeWrong && html` aria-invalid="true" aria-describedby="wrong" autofocus`}>
<button type="submit">${text.button}</button>
</form>
<p class="note">${phrase(text.atDevice, { address: html`<code>${localUrl}</code>` })}</p>`,
  });
}

/** Where a one-time link leads: a program that looks at links in advance presses no button, so it uses nothing up. */
export function openPage(words: Words, code: string): Html {
  const text = words.console.open;
  return layout(words, {
    heading: text.heading,
    icon: linkIcon,
    tone: 'calm',
    content: html`<p>${text.text}</p>
<form method="post" action="/console/open">
<input type="hidden" name="code" value="${code}">
<button type="submit">${text.button}</button>
</form>
<p class="note">${text.lasts}</p>`,
  });
}
