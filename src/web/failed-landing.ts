import type { Landing } from '../broker/types.ts';
import { OAuthBrokerError } from '../errors.ts';
import type { Words } from '../locale/index.ts';
import { cameFromConsole } from './console/came-from.ts';
import type { WebContext } from './env.ts';
import { nameOfProvider } from './pages/provider-name.ts';
import { failedPage, type Retry } from './pages/result-page.ts';
import { nameOf } from './pages/text.ts';
import { httpStatusOf } from './http-status.ts';

/** The page of a link whose sign-in has failed, with another try where the link still allows one. */
export function failedLanding(c: WebContext, landing: Landing): Response | Promise<Response> {
  const failure = failureOf(landing);
  const retry = retryOf(landing);
  const page = failedPage(c.var.words, failure, {
    app: nameOf(landing.app),
    provider: nameOfProvider(landing),
    isFromConsole: cameFromConsole(c),
    ...hintFor(landing, retry, c.var.words),
    ...(retry === undefined ? {} : { retry }),
  });
  return c.html(page, httpStatusOf(failure.code));
}

export function failureOf(landing: Landing): OAuthBrokerError {
  return landing.failure ?? new OAuthBrokerError('internal');
}

function retryOf({ canStart, linkCode, methods }: Landing): Retry | undefined {
  const [best, second] = methods;
  if (!canStart || best?.offered !== true) return undefined;
  return { link: `/s/${linkCode}`, method: best.method, isOneOfMany: second?.offered === true };
}

/** Where the link is over only the device can help; the button for a new code says by itself what to do. */
function hintFor({ canStart }: Landing, retry: Retry | undefined, words: Words): { hint?: string | null } {
  if (!canStart) return { hint: words.pages.failed.newLink };
  return retry?.method === 'device' ? { hint: null } : {};
}
