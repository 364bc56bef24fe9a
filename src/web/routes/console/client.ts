import { refOf } from '../../../broker/munged-id.ts';
import { OAuthBrokerError } from '../../../errors.ts';
import type { App } from '../../../store/records.ts';
import type { WebApp, WebContext } from '../../env.ts';
import { formOf } from '../../form.ts';
import { type Account, pathOfAccount } from '../../pages/console/account.ts';
import { type ClientForm, clientPage } from '../../pages/console/client-page.ts';
import { onlyMethods } from '../methods.ts';
import type { ConsoleDeps } from './deps.ts';
import { viewOf } from './gate.ts';
import { accountAt } from './known-accounts.ts';

const LONGEST_ID = 2048;
const LONGEST_SECRET = 4096;
const PATH = '/console/accounts/:account/client';

/** Entering the client id and secret of an app. A secret goes in and never comes out. */
export function clientRoutes(app: WebApp, deps: ConsoleDeps): void {
  app.get(PATH, async (c) => shown(c, deps, await accountAt(c, deps)));

  app.post(PATH, async (c) => {
    const account = await accountAt(c, deps);
    const form = await formOf(c);
    const typed = {
      clientId: (form.get('client_id') ?? '').trim(),
      clientSecret: (form.get('client_secret') ?? '').trim(),
      isPublic: form.get('public') === 'yes',
    };
    refuseUnfit(typed);
    const { client } = c.var.words.console;
    const mend = (field: 'client_id' | 'client_secret', text: string): Promise<Response> =>
      shown(c, deps, account, { typed, problem: { field, text } });
    if (typed.clientId === '') return mend('client_id', client.idMissing);
    const { app: record } = account.view;
    const clientSecret = secretOf(record, typed);
    if (clientSecret === null && !typed.isPublic && !/^https?:/i.test(typed.clientId))
      return mend('client_secret', client.secretLacking);
    await deps.broker.apps.setCredentials(refOf(record), {
      clientId: typed.clientId,
      clientSecret,
      isPublic: typed.isPublic || clientSecret === null,
    });
    return c.redirect(`${pathOfAccount(record)}?done=saved`, 303);
  });
  onlyMethods(app, PATH, 'GET, HEAD, POST');
}

interface Typed {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly isPublic: boolean;
}

/** An empty field leaves the secret as it is, but only with the client that it belongs to. */
function secretOf(app: App, { clientId, clientSecret, isPublic }: Typed): string | null {
  if (isPublic) return null;
  if (clientSecret !== '') return clientSecret;
  return clientId === app.clientId ? app.clientSecret : null;
}

/** @throws OAuthBrokerError `invalid_request` for what no form of ours lets through */
function refuseUnfit({ clientId, clientSecret }: Typed): void {
  const unfit = /[\p{Cc}\p{Cs}]/u;
  if (clientId.length > LONGEST_ID || unfit.test(clientId))
    throw new OAuthBrokerError('invalid_request', { field: 'client_id' });
  if (clientSecret.length > LONGEST_SECRET || unfit.test(clientSecret))
    throw new OAuthBrokerError('invalid_request', { field: 'client_secret' });
}

async function shown(
  c: WebContext,
  { broker }: ConsoleDeps,
  account: Account,
  mend: Pick<ClientForm, 'typed' | 'problem'> = {},
): Promise<Response> {
  const prospect = await broker.signIn.prospect(account.view.app, 'phone');
  return c.html(
    clientPage(viewOf(c), { account, prospect, ...mend }),
    mend.problem === undefined ? 200 : 400,
  );
}
