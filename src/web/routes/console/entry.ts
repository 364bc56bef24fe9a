import { giveSession } from '../../console/session-cookie.ts';
import type { WebApp, WebContext } from '../../env.ts';
import { formOf } from '../../form.ts';
import { FORM_REFERRER_POLICY } from '../../guards/security-headers.ts';
import { closedPage, openPage } from '../../pages/console/closed-page.ts';
import { readLinkCode } from '../../read-link-code.ts';
import { onlyMethods } from '../methods.ts';
import type { ConsoleDeps } from './deps.ts';
import { visitorOf } from './gate.ts';

/** The way in from the LAN: a one-time link, and the button on its page that spends it. */
export function entryRoutes(app: WebApp, deps: ConsoleDeps): void {
  const { access, guessing } = deps;

  app.get('/console/open/:code', (c) => {
    if (visitorOf(c, access) !== undefined) return c.redirect('/console', 303);
    guessing.refuseGuesser(c.env?.remoteAddress);
    const code = readLinkCode(c.req.param('code'));
    if (code === undefined || !access.isInvited(code)) return refused(c, deps);
    c.header('Referrer-Policy', FORM_REFERRER_POLICY);
    return c.html(openPage(c.var.words, code));
  });
  onlyMethods(app, '/console/open/:code', 'GET, HEAD');

  app.post('/console/open', async (c) => {
    const address = c.env?.remoteAddress;
    guessing.refuseGuesser(address);
    const code = readLinkCode(((await formOf(c)).get('code') ?? '').trim());
    const agent = c.req.header('user-agent') ?? '';
    const secret = code === undefined ? undefined : access.enter(code, { address: address ?? '', agent });
    if (secret === undefined) return refused(c, deps);
    giveSession(c, secret);
    return c.redirect('/console', 303);
  });
  app.get('/console/open', (c) => c.redirect('/console', 303));
  onlyMethods(app, '/console/open', 'GET, HEAD, POST');
}

function refused(c: WebContext, { access, guessing }: ConsoleDeps): Response | Promise<Response> {
  guessing.missed(c.env?.remoteAddress);
  c.header('Referrer-Policy', FORM_REFERRER_POLICY);
  return c.html(closedPage(c.var.words, access.localUrl, true), 403);
}
