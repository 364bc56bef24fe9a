import { html } from 'hono/html';
import type { Words } from '../../locale/index.ts';
import { linkIcon } from './icons.ts';
import { layout } from './layout.ts';
import type { Html } from './text.ts';

/**
 * What somebody sees who opens the bare address of the device.
 *
 * @param mayManage whether the console is open to them
 */
export function indexPage(words: Words, mayManage: boolean): Html {
  const { heading, text, todo } = words.pages.index;
  return layout(words, {
    heading,
    icon: linkIcon,
    tone: 'calm',
    content: html`<p>${text}</p>\n<p class="todo">${todo}</p>
${mayManage && html`<p><a class="button" href="/console">${words.console.toConsole}</a></p>`}`,
  });
}
