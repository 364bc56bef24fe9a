import { html } from 'hono/html';
import type { Words } from '../../../locale/index.ts';
import type { Html } from '../text.ts';

/** What every page of the console is made with. */
export interface ConsoleView {
  readonly words: Words;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Goes with every form (`ConsoleAccess.formTokenFor`). */
  readonly formToken: string;
}

/** Name of the field that carries the form token. */
export const FORM_TOKEN = 'form_token';

/**
 * A form that changes something.
 *
 * @param action its path
 * @param classes of the form
 */
export function form({ formToken }: ConsoleView, action: string, content: Html, classes = ''): Html {
  return html`<form method="post" action="${action}"${classes !== '' && html` class="${classes}"`}>
<input type="hidden" name="${FORM_TOKEN}" value="${formToken}">
${content}
</form>`;
}
