import type { Landing } from '../../broker/types.ts';
import { asBrokerError, type OAuthBrokerError } from '../../errors.ts';
import { presentedBrowser } from '../browser-cookie.ts';
import type { WebApp, WebContext } from '../env.ts';
import { failedLanding } from '../failed-landing.ts';
import { formOf } from '../form.ts';
import { FORM_REFERRER_POLICY } from '../guards/security-headers.ts';
import { pastePage } from '../pages/paste-page.ts';
import { httpStatusOf } from '../http-status.ts';
import { type LinkDeps, look } from './link-lookup.ts';
import { onlyMethods } from './methods.ts';

/** The page with the box for the address of the page that could not be opened. */
export function pasteRoutes(app: WebApp, deps: LinkDeps): void {
  app.get('/s/:code/paste', async (c) => {
    const landing = await look(c, deps);
    return pasteAt(c, landing, landing.failure);
  });

  app.post('/s/:code/paste', async (c) => {
    const pasted = (await formOf(c)).get('address') ?? '';
    const { linkCode } = await look(c, deps);
    try {
      await deps.signIn.paste(linkCode, presentedBrowser(c) ?? '', pasted);
    } catch (thrown) {
      // Looked up anew: a wrong answer may have ended the sign-in, and an address sent twice has connected it before.
      return pasteAt(c, await deps.signIn.landing(linkCode), asBrokerError(thrown));
    }
    return c.redirect(pathOf(linkCode), 303);
  });
  onlyMethods(app, '/s/:code/paste', 'GET, HEAD, POST');
}

function pasteAt(c: WebContext, landing: Landing, error?: OAuthBrokerError): Response | Promise<Response> {
  if (landing.state === 'connected') return c.redirect(pathOf(landing.linkCode), 303);
  if (!landing.canStart) return failedLanding(c, landing);
  const isOffered = landing.methods.some(({ method, offered }) => method === 'paste' && offered);
  if (!isOffered) return c.redirect(pathOf(landing.linkCode), 303);
  c.header('Referrer-Policy', FORM_REFERRER_POLICY);
  const page = pastePage(c.var.words, landing, error);
  return c.html(page, error === undefined ? 200 : httpStatusOf(error.code));
}

function pathOf(linkCode: string): string {
  return `/s/${linkCode}`;
}
