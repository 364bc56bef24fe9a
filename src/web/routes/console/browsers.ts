import { OAuthBrokerError } from '../../../errors.ts';
import { takeSession } from '../../console/session-cookie.ts';
import type { WebApp, WebContext } from '../../env.ts';
import { browsersPage } from '../../pages/console/browsers-page.ts';
import type { Visitor } from '../../console/access.ts';
import { onlyMethods } from '../methods.ts';
import type { ConsoleDeps } from './deps.ts';
import { viewOf } from './gate.ts';

const CLOSE = '/console/browsers/:session/close';

/** The browsers that have the console open, and closing it in one of them. */
export function browserRoutes(app: WebApp, { access }: ConsoleDeps): void {
  app.get('/console/browsers', (c) =>
    c.html(browsersPage(viewOf(c), { sessions: access.sessions(), visitor: visitorIn(c) })),
  );
  onlyMethods(app, '/console/browsers', 'GET, HEAD');

  app.post(CLOSE, (c) => {
    const id = c.req.param('session');
    const visitor = visitorIn(c);
    access.revoke(id);
    if (visitor.kind === 'session' && visitor.id === id) {
      takeSession(c);
      return c.redirect('/console', 303);
    }
    return c.redirect('/console/browsers', 303);
  });
  onlyMethods(app, CLOSE, 'POST');
}

function visitorIn(c: WebContext): Visitor {
  const { visitor } = c.var;
  if (visitor === undefined) throw new OAuthBrokerError('internal');
  return visitor;
}
