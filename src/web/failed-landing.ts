import type { Landing } from '../broker/types.ts';
import { OAuthBrokerError } from '../errors.ts';
import type { WebContext } from './env.ts';
import { nameOfProvider } from './pages/provider-name.ts';
import { failedPage, type Retry } from './pages/result-page.ts';
import { nameOf } from './pages/text.ts';
import { statusOf } from './status.ts';

/** The page of a link whose sign-in has failed, with another try where the link still allows one. */
export function failedLanding(c: WebContext, landing: Landing): Response | Promise<Response> {
  const failure = failureOf(landing);
  const context = { app: nameOf(landing.app), provider: nameOfProvider(landing) };
  const { newLink } = c.var.words.pages.failed;
  const hint = landing.canStart ? {} : { hint: newLink };
  const page = failedPage(c.var.words, failure, { ...context, ...hint, ...retryOf(landing) });
  return c.html(page, statusOf(failure.code));
}

export function failureOf(landing: Landing): OAuthBrokerError {
  return landing.failure ?? new OAuthBrokerError('internal');
}

function retryOf({ canStart, linkCode, methods }: Landing): { retry?: Retry } {
  const [best, second] = methods;
  if (!canStart || best?.offered !== true) return {};
  const isOneOfMany = second?.offered === true;
  return { retry: { link: `/s/${linkCode}`, method: best.method, isOneOfMany } };
}
