import type { WebApp } from '../../env.ts';
import { titleOf } from '../../pages/console/account.ts';
import { activityPage } from '../../pages/console/activity-page.ts';
import { shown } from '../../pages/text.ts';
import { onlyMethods } from '../methods.ts';
import type { ConsoleDeps } from './deps.ts';
import { viewOf } from './gate.ts';
import { allAccounts } from './known-accounts.ts';

/** What has happened: everything, or what belongs to one account or one sign-in. */
export function activityRoutes(app: WebApp, deps: ConsoleDeps): void {
  app.get('/console/activity', async (c) => {
    const { account: wantedAccount, attempt: wantedAttempt } = c.req.query();
    const accounts = await allAccounts(deps);
    const events = deps.broker.eventLog
      .recent()
      .filter(({ mungedId }) => wantedAccount === undefined || mungedId === wantedAccount)
      .filter(({ attempt }) => wantedAttempt === undefined || attempt === wantedAttempt)
      .toReversed();
    const account = accounts.find(({ view }) => view.app.mungedId === wantedAccount);
    const filter = wantedAttempt ?? (account === undefined ? wantedAccount : titleOf(account));
    return c.html(
      activityPage(viewOf(c), {
        events,
        accounts,
        ...(filter === undefined ? {} : { filter: shown(filter) }),
      }),
    );
  });
  onlyMethods(app, '/console/activity', 'GET, HEAD');
}
