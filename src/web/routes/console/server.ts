import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { BY_HAND, registrationByHand } from '../../../broker/by-hand.ts';
import { mungedIdOf } from '../../../broker/munged-id.ts';
import { asBrokerError, OAuthBrokerError } from '../../../errors.ts';
import { explain } from '../../../locale/index.ts';
import type { WebApp, WebContext } from '../../env.ts';
import { formOf } from '../../form.ts';
import { type ServerForm, serverPage } from '../../pages/console/server-page.ts';
import { httpStatusOf } from '../../http-status.ts';
import { onlyMethods } from '../methods.ts';
import { beginSignIn } from './accounts.ts';
import type { ConsoleDeps } from './deps.ts';
import { viewOf } from './gate.ts';
import { accountWithId } from './known-accounts.ts';

const PATH = '/console/server';
const NAME = /^[a-z\d](?:[a-z\d-]{0,58}[a-z\d])?$/;
const LONGEST = 1024;

/** Connecting a server that no catalogue has, by its issuer. */
export function serverRoutes(app: WebApp, deps: ConsoleDeps): void {
  app.get(PATH, (c) => c.html(serverPage(viewOf(c), { typed: { name: '', issuer: '', scope: '' } })));
  app.post(PATH, async (c) => connect(c, deps));
  onlyMethods(app, PATH, 'GET, HEAD, POST');
}

async function connect(c: WebContext, deps: ConsoleDeps): Promise<Response> {
  const form = await formOf(c);
  const field = (name: string): string => (form.get(name) ?? '').trim().slice(0, LONGEST);
  const typed = { name: field('name'), issuer: field('issuer'), scope: field('scope') };
  const { words } = c.var;
  const mend = (problem: NonNullable<ServerForm['problem']>, status: ContentfulStatusCode = 400) =>
    c.html(serverPage(viewOf(c), { typed, problem }), status);
  if (!NAME.test(typed.name)) return mend({ field: 'name', text: words.console.issuer.nameInvalid });
  if (await isTaken(deps, typed.name)) return mend({ field: 'name', text: words.console.issuer.nameTaken });
  if (typed.issuer === '') return mend({ field: 'issuer', text: words.console.service.missing });
  try {
    const registration = registrationByHand(typed.name, {
      issuer: typed.issuer,
      scope: typed.scope === '' ? null : typed.scope,
    });
    const { app } = await deps.broker.apps.register(registration);
    return await beginSignIn(c, deps, await accountWithId(deps, app.mungedId));
  } catch (thrown) {
    const error = asBrokerError(thrown);
    if (error.code === 'internal') throw thrown;
    const named = new OAuthBrokerError(error.code, {
      ...error.details,
      provider: typed.issuer.slice(0, 100),
      app: typed.name,
    });
    const { error: sentence, hint = '' } = explain(words, named);
    return mend({ field: 'issuer', text: `${sentence} ${hint}`.trim() }, httpStatusOf(error.code));
  }
}

/** A name of the catalogue means that service, here and on the command line. */
async function isTaken({ broker }: ConsoleDeps, name: string): Promise<boolean> {
  if (broker.providers.names.includes(name)) return true;
  return broker.apps.withId(mungedIdOf({ skillId: BY_HAND, appId: name })).then(
    () => true,
    () => false,
  );
}
