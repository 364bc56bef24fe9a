import { OAuthBrokerError } from '../../../errors.ts';
import type { ConsoleAccess, Visitor } from '../../console/access.ts';
import { isAtDevice } from '../../console/at-device.ts';
import { presentedSession } from '../../console/session-cookie.ts';
import type { WebContext, WebMiddleware } from '../../env.ts';
import { formOf } from '../../form.ts';
import { FORM_REFERRER_POLICY } from '../../guards/security-headers.ts';
import { closedPage } from '../../pages/console/closed-page.ts';
import { type ConsoleView, FORM_TOKEN } from '../../pages/console/view.ts';
import type { ConsoleDeps } from './deps.ts';

/** What the script of a page says with when it only follows the news. */
const FOLLOWS = 'x-follows';

/**
 * Lets in who is at the device itself or has a session, and tells everybody else how to get one. Whatever changes
 * something must carry the token of its own visitor's pages, beside what the origin guard asks.
 *
 * @throws OAuthBrokerError `form_outdated`
 */
export function consoleGate({ access, clock }: ConsoleDeps): WebMiddleware {
  return async (c, next) => {
    const visitor = visitorOf(c, access);
    c.header('Referrer-Policy', FORM_REFERRER_POLICY);
    if (visitor === undefined) return c.html(closedPage(c.var.words, access.localUrl, false), 403);
    const view: ConsoleView = {
      words: c.var.words,
      now: clock.now(),
      formToken: access.formTokenFor(visitor),
    };
    c.set('visitor', visitor);
    c.set('view', view);
    if (c.req.method === 'POST') {
      const token = (await formOf(c)).get(FORM_TOKEN) ?? '';
      if (!access.isFormTokenOf(visitor, token)) throw new OAuthBrokerError('form_outdated');
    }
    await next();
    return undefined;
  };
}

export function visitorOf(c: WebContext, access: ConsoleAccess): Visitor | undefined {
  if (isAtDevice(c)) return { kind: 'local' };
  const secret = presentedSession(c);
  if (secret === undefined) return undefined;
  const session = access.sessionOf(secret, c.req.header(FOLLOWS) === undefined);
  return session === undefined ? undefined : { kind: 'session', id: session.id };
}

/** What the gate has set; behind it, it is there. */
export function viewOf(c: WebContext): ConsoleView {
  const { view } = c.var;
  if (view === undefined) throw new TypeError('a page of the console outside its gate');
  return view;
}
