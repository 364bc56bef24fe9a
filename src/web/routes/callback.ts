import type { MungedId } from '../../store/records.ts';
import { asBrokerError, OAuthBrokerError } from '../../errors.ts';
import { presentedBrowser } from '../browser-cookie.ts';
import { cameFromConsole } from '../console/came-from.ts';
import type { WebApp, WebContext } from '../env.ts';
import type { CallbackMisses } from '../guards/callback-misses.ts';
import { connectedPage, failedPage } from '../pages/result-page.ts';
import { nameOf } from '../pages/text.ts';
import type { Result, Results } from '../results.ts';
import type { WebSignIn } from '../sign-in.ts';
import { httpStatusOf } from '../http-status.ts';
import { onlyMethods } from './methods.ts';

const CALLBACK = '/auth/callback/';

/** What the routes need that take an authorization response. */
export interface ResponseDeps {
  readonly signIn: WebSignIn;
  readonly results: Results;
  readonly misses: CallbackMisses;
}

/**
 * The redirection endpoint (RFC 6749 §3.1.2) and the page with the result. The browser is sent from the one to the
 * other, as §3.1.2.5 advises: neither its address bar nor its history keeps the code, and a reload spends nothing.
 */
export function callbackRoutes(app: WebApp, deps: ResponseDeps): void {
  app.get(`${CALLBACK}*`, async (c) => {
    const mungedId = mungedIdOf(c.req.path);
    return takeResponse(c, mungedId, deps);
  });
  onlyMethods(app, `${CALLBACK}*`, 'GET, HEAD');

  app.get('/auth/result/:name', (c) => {
    const result = deps.results.find(c.req.param('name'));
    const { words } = c.var;
    if (result === undefined) throw new OAuthBrokerError('not_found');
    const isFromConsole = cameFromConsole(c);
    if (result.outcome === 'connected')
      return c.html(connectedPage(words, result.app, result.provider, isFromConsole));
    const { code, details, app } = result;
    const context = { isFromConsole, ...(app === undefined ? {} : { app }) };
    return c.html(failedPage(words, new OAuthBrokerError(code, details), context), httpStatusOf(code));
  });
  onlyMethods(app, '/auth/result/:name', 'GET, HEAD');
}

/**
 * Hands an authorization response to the broker and sends the browser to the page that says how it ended.
 *
 * @param mungedId null where the address does not name the app
 * @throws OAuthBrokerError `too_many_requests`
 */
export async function takeResponse(
  c: WebContext,
  mungedId: MungedId | null,
  { signIn, results, misses }: ResponseDeps,
): Promise<Response> {
  // HEAD is a safe method (RFC 9110 §9.2.1): a link checker must not use up the sign-in.
  if (c.req.method === 'HEAD') return c.body(null);
  const result = await resultOf(c, mungedId, signIn);
  if (result.outcome === 'failed') misses.note(c.env?.remoteAddress, result.code);
  return c.redirect(`/auth/result/${results.keep(result)}`, 303);
}

async function resultOf(c: WebContext, mungedId: MungedId | null, signIn: WebSignIn): Promise<Result> {
  const browser = presentedBrowser(c);
  try {
    const { app } = await signIn.complete({
      params: new URL(c.req.url).searchParams,
      mungedId,
      ...(browser === undefined ? {} : { browser }),
    });
    return { outcome: 'connected', app: nameOf(app), provider: new URL(app.authorizationEndpoint).host };
  } catch (thrown) {
    const { code, details } = asBrokerError(thrown);
    // A scanner or a second tap has brought the same answer twice: what counts for the user is how it ended.
    if (code === 'attempt_used' && details['outcome'] === 'connected') {
      const { app = mungedId ?? '', provider = '' } = details;
      return { outcome: 'connected', app: String(app), provider: String(provider) };
    }
    return { outcome: 'failed', code, details, ...(mungedId === null ? {} : { app: mungedId }) };
  }
}

/** The id is everything after the slash: some providers decode the `%2F` of a registered address. */
function mungedIdOf(path: string): MungedId {
  const encoded = path.slice(CALLBACK.length);
  try {
    const mungedId = decodeURIComponent(encoded);
    if (mungedId !== '') return mungedId as MungedId;
  } catch {
    // Not UTF-8, so no address that this program made.
  }
  throw new OAuthBrokerError('not_found');
}
