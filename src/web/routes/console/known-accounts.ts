import { OAuthBrokerError } from '../../../errors.ts';
import type { App, MungedId } from '../../../store/records.ts';
import type { WebContext } from '../../env.ts';
import type { Account } from '../../pages/console/account.ts';
import type { UnderWay } from '../../pages/console/under-way.ts';
import type { ConsoleDeps } from './deps.ts';

/** Every app, with how it stands and what is known of its provider. */
export async function allAccounts(deps: ConsoleDeps): Promise<readonly Account[]> {
  const apps = await deps.broker.apps.all();
  return Promise.all(apps.map((app) => accountOf(deps, app)));
}

/** @throws OAuthBrokerError `unknown_app` */
export async function accountWithId(deps: ConsoleDeps, mungedId: string): Promise<Account> {
  return accountOf(deps, await deps.broker.apps.withId(mungedId as MungedId));
}

/** The account that the path names. @throws OAuthBrokerError `unknown_app` */
export function accountAt(c: WebContext, deps: ConsoleDeps): Promise<Account> {
  const mungedId = c.req.param('account');
  if (mungedId === undefined) throw new OAuthBrokerError('not_found');
  return accountWithId(deps, mungedId);
}

async function accountOf({ broker }: ConsoleDeps, app: App): Promise<Account> {
  const { providers, connections } = broker;
  const [view, provider] = await Promise.all([
    connections.view(app),
    app.provider === undefined
      ? providers.withEndpoint(app.authorizationEndpoint)
      : providers.find(app.provider),
  ]);
  return { view, ...(provider === undefined ? {} : { provider }) };
}

/** The sign-ins that wait, with the accounts they belong to. */
export async function signInsUnderWay(
  { broker }: ConsoleDeps,
  accounts: readonly Account[],
): Promise<readonly UnderWay[]> {
  const byId = new Map(accounts.map((account) => [account.view.app.mungedId, account]));
  const waiting = await broker.signIn.waiting();
  return waiting.flatMap((signIn) => {
    const account = byId.get(signIn.app.mungedId);
    return account === undefined ? [] : [{ signIn, account }];
  });
}
