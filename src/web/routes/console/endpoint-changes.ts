import { OAuthBrokerError } from '../../../errors.ts';
import type { WebApp } from '../../env.ts';
import { formOf } from '../../form.ts';
import { type Account, pathOfAccount } from '../../pages/console/account.ts';
import type { AccountEndpointChange } from '../../pages/console/endpoint-changes.ts';
import { onlyMethods } from '../methods.ts';
import type { ConsoleDeps } from './deps.ts';
import { accountWithId } from './known-accounts.ts';

const PATH = '/console/changes/settle';

/** Allowing or refusing other servers that a skill wants to use for an account. */
export function endpointChangeRoutes(app: WebApp, deps: ConsoleDeps): void {
  const { apps } = deps.broker;
  app.post(PATH, async (c) => {
    const form = await formOf(c);
    const id = form.get('change') ?? '';
    const decision = form.get('decision');
    const { view } = await accountWithId(deps, form.get('account') ?? '');
    const path = pathOfAccount(view.app);
    if (decision === 'allow') {
      // By its id: what was shown is what is allowed, whatever the skill has asked for meanwhile.
      await apps.confirmEndpointChange(id);
      return c.redirect(`${path}?done=allowed`, 303);
    }
    if (decision !== 'refuse') throw new OAuthBrokerError('invalid_request', { field: 'decision' });
    apps.rejectEndpointChange(id);
    return c.redirect(`${path}?done=refused`, 303);
  });
  onlyMethods(app, PATH, 'POST');
}

/** What waits for somebody, of these accounts. */
export function endpointChangesOf(
  { broker }: ConsoleDeps,
  accounts: readonly Account[],
): readonly AccountEndpointChange[] {
  const byId = new Map(accounts.map((account) => [account.view.app.mungedId, account]));
  return broker.apps.endpointChanges().flatMap((change) => {
    const account = byId.get(change.app.mungedId);
    return account === undefined ? [] : [{ change, account }];
  });
}
