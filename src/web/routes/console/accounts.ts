import type { AttemptId } from '../../../broker/attempt-id.ts';
import { manageUrlOf } from '../../../broker/manage-url.ts';
import { refOf } from '../../../broker/munged-id.ts';
import type { RevocationOutcome } from '../../../broker/revoker.ts';
import { defined } from '../../../defined.ts';
import { asBrokerError, OAuthBrokerError } from '../../../errors.ts';
import { markFromConsole } from '../../console/came-from.ts';
import type { WebApp, WebContext } from '../../env.ts';
import { formOf } from '../../form.ts';
import { type Account, pathOfAccount } from '../../pages/console/account.ts';
import { accountPage } from '../../pages/console/account-page.ts';
import { accountsPage } from '../../pages/console/accounts-page.ts';
import { disconnectedNotice, disconnectPage } from '../../pages/console/disconnect-page.ts';
import type { Html } from '../../pages/text.ts';
import { leavingPage } from '../../pages/leaving-page.ts';
import { hostOfCallback } from '../link.ts';
import { askerOf } from '../link-lookup.ts';
import { onlyMethods } from '../methods.ts';
import { endpointChangesOf } from './endpoint-changes.ts';
import type { ConsoleDeps } from './deps.ts';
import { viewOf } from './gate.ts';
import { accountAt, accountWithId, allAccounts, signInsUnderWay } from './known-accounts.ts';

const MOST_RECENT = 8;
const OUTCOMES = ['revoked', 'pending', 'local_only'] as const satisfies readonly RevocationOutcome[];

/** The accounts: how they stand, connecting and disconnecting them, and the sign-ins under way. */
export function accountRoutes(app: WebApp, deps: ConsoleDeps): void {
  const { broker } = deps;

  app.get('/console', async (c) => {
    const accounts = await allAccounts(deps);
    const waiting = await signInsUnderWay(deps, accounts);
    const isCancelled = c.req.query('done') === 'cancelled';
    const notice = isCancelled ? { notice: c.var.words.console.underWay.cancelled } : {};
    const endpointChanges = endpointChangesOf(deps, accounts);
    return c.html(accountsPage(viewOf(c), { accounts, waiting, endpointChanges, ...notice }));
  });
  onlyMethods(app, '/console', 'GET, HEAD');

  app.get('/console/accounts/:account', async (c) => {
    const account = await accountAt(c, deps);
    const { app: record } = account.view;
    const prospect = await broker.signIn.prospect(record, askerOf(c));
    const recent = broker.eventLog
      .recent()
      .filter(({ mungedId }) => mungedId === record.mungedId)
      .slice(-MOST_RECENT)
      .toReversed();
    const waiting = await signInsUnderWay(deps, [account]);
    const endpointChanges = endpointChangesOf(deps, [account]);
    const notice = noticeFor(c, account);
    return c.html(
      accountPage(viewOf(c), { account, prospect, waiting, endpointChanges, recent, ...defined({ notice }) }),
    );
  });
  onlyMethods(app, '/console/accounts/:account', 'GET, HEAD');

  app.post('/console/accounts/:account/connect', async (c) => {
    const account = await accountAt(c, deps);
    return beginSignIn(c, deps, account);
  });
  onlyMethods(app, '/console/accounts/:account/connect', 'POST');

  app.get('/console/accounts/:account/disconnect', async (c) => {
    const account = await accountAt(c, deps);
    const { app: record, state } = account.view;
    if (state !== 'connected') return c.redirect(pathOfAccount(record), 303);
    const { provider } = account;
    const isRevocable =
      record.revocationEndpoint !== undefined || provider?.endpoints.revocation !== undefined;
    const manageUrl = manageUrlOf(record, provider);
    return c.html(disconnectPage(viewOf(c), { account, isRevocable, ...defined({ manageUrl }) }));
  });
  app.post('/console/accounts/:account/disconnect', async (c) => {
    const { view } = await accountAt(c, deps);
    const path = pathOfAccount(view.app);
    try {
      const { outcome } = await broker.tokens.revoke(refOf(view.app));
      return c.redirect(`${path}?done=${outcome}`, 303);
    } catch (thrown) {
      // Pressed twice, or somebody else was faster: what the user wanted has happened.
      if (asBrokerError(thrown).code === 'not_connected') return c.redirect(path, 303);
      throw thrown;
    }
  });
  onlyMethods(app, '/console/accounts/:account/disconnect', 'GET, HEAD, POST');

  app.post('/console/sign-ins/cancel', async (c) => {
    const form = await formOf(c);
    const attempt = form.get('attempt');
    if (attempt === null) throw new OAuthBrokerError('invalid_request', { field: 'attempt' });
    const { view } = await accountWithId(deps, form.get('account') ?? '');
    await broker.signIn.cancel(refOf(view.app), attempt as AttemptId);
    return c.redirect('/console?done=cancelled', 303);
  });
  onlyMethods(app, '/console/sign-ins/cancel', 'POST');
}

/** Leads to the page that asks for the sign-in, or to the one that asks for what is missing before. */
export async function beginSignIn(
  c: WebContext,
  { broker }: ConsoleDeps,
  { view: { app } }: Account,
): Promise<Response> {
  try {
    const { linkCode } = await broker.signIn.invite(refOf(app), {});
    markFromConsole(c);
    const elsewhere = hostOfCallback(c, await broker.signIn.landing(linkCode, askerOf(c)));
    // A form must not end on another host, not even after a redirect: `form-action` holds for every hop.
    return elsewhere === undefined
      ? c.redirect(`/s/${linkCode}`, 303)
      : await c.html(leavingPage(c.var.words, new URL(elsewhere)));
  } catch (thrown) {
    if (asBrokerError(thrown).code !== 'needs_credentials') throw thrown;
    return c.redirect(pathOfAccount(app, '/client'), 303);
  }
}

/** What the form came to that has led here; a link that only says so finds another state. */
function noticeFor(c: WebContext, account: Account): Html | string | undefined {
  const done = c.req.query('done');
  const { words } = c.var;
  if (done === 'saved') return words.console.client.saved;
  if (done === 'allowed') return words.console.change.allowed;
  if (done === 'refused') return words.console.change.refused;
  const outcome = OUTCOMES.find((one) => one === done);
  if (outcome === undefined || account.view.state !== 'disconnected') return undefined;
  const manageUrl = manageUrlOf(account.view.app, account.provider);
  return disconnectedNotice(words, outcome, { account, ...defined({ manageUrl }) });
}
