import { html } from 'hono/html';
import { OAuthBrokerError } from '../../errors.ts';
import { explain, fill, type Words } from '../../locale/index.ts';
import type { Method } from '../../store/records.ts';
import { doneIcon, problemIcon } from './icons.ts';
import { layout } from './layout.ts';
import { methodButton } from './method-buttons.ts';
import { type Html, shown } from './text.ts';

/** What an error does not know itself, where the page knows it. */
export interface FailureContext {
  readonly app?: string;
  readonly provider?: string;
  /** Where the sign-in can be tried again. */
  readonly retry?: Retry;
  /** What to do, in place of what is said of the error otherwise; null: nothing more than is on the page. */
  readonly hint?: string | null;
  /** The sign-in began in the console. */
  readonly isFromConsole?: boolean;
}

export interface Retry {
  /** Path of the link. */
  readonly link: string;
  readonly method: Method;
  /** Whether there are other ways. */
  readonly isOneOfMany: boolean;
}

/**
 * Says that the sign-in worked.
 *
 * @param isFromConsole whether the sign-in began in the console
 */
export function connectedPage(words: Words, app: string, provider: string, isFromConsole = false): Html {
  const { heading, text, close } = words.pages.connected;
  return layout(words, {
    heading,
    icon: doneIcon,
    tone: 'good',
    content: html`<p>${fill(text, { app: shown(app), provider: shown(provider) })}</p>
${isFromConsole ? toConsole(words, 'button') : html`<p class="todo">${close}</p>`}`,
  });
}

/** Says what went wrong and what to do, in the words of `locale/`; nothing that a provider or a URL said is shown. */
export function failedPage(words: Words, error: OAuthBrokerError, context: FailureContext = {}): Html {
  const { heading, headings, code, attempt: attemptLabel } = words.pages.failed;
  const { attempt } = error.details;
  const explained = explainOn(words, error, context);
  const hint = context.hint === undefined ? explained.hint : context.hint;
  return layout(words, {
    heading: headings[error.code] ?? heading,
    icon: problemIcon,
    tone: 'bad',
    content: html`<p>${explained.error}</p>
${typeof hint === 'string' && html`<p class="todo">${hint}</p>`}
${context.retry !== undefined && retry(words, context.retry)}
${context.isFromConsole === true && toConsole(words, 'button secondary')}
<p class="note">${code}: <code>${error.code}</code></p>
${attempt !== undefined && html`<p class="note">${attemptLabel}: <code>${attempt}</code></p>`}`,
  });
}

function toConsole(words: Words, classes: string): Html {
  return html`<p><a class="${classes}" href="/console">${words.console.backToConsole}</a></p>`;
}

function retry(words: Words, { link, method, isOneOfMany }: Retry): Html {
  const { again, otherWays } = words.pages.failed;
  const label = method === 'device' ? words.pages.device.again : again;
  return html`${methodButton(link, method, label)}
${isOneOfMany && html`<p><a href="${link}?again">${otherWays}</a></p>`}`;
}

/** The sentence and hint of an error, its gaps filled with what the page knows. */
export function explainOn(
  words: Words,
  error: OAuthBrokerError,
  { app, provider }: FailureContext = {},
): { error: string; hint?: string } {
  const details: Record<string, string | number> = {
    provider: provider ?? words.someProvider,
    ...(app === undefined ? {} : { app }),
    ...error.details,
  };
  for (const [name, value] of Object.entries(details)) {
    if (typeof value === 'string') details[name] = shown(value);
  }
  return explain(words, new OAuthBrokerError(error.code, details));
}
