import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { BY_HAND, registrationByHand } from '../../../broker/by-hand.ts';
import { mungedIdOf } from '../../../broker/munged-id.ts';
import { asBrokerError, OAuthBrokerError } from '../../../errors.ts';
import { explain } from '../../../locale/index.ts';
import type { Provider } from '../../../providers/index.ts';
import type { WebApp, WebContext } from '../../env.ts';
import { formOf } from '../../form.ts';
import { pathOfAccount } from '../../pages/console/account.ts';
import { type ServiceForm, servicePage } from '../../pages/console/service-page.ts';
import { servicesPage } from '../../pages/console/services-page.ts';
import { httpStatusOf } from '../../http-status.ts';
import { onlyMethods } from '../methods.ts';
import { beginSignIn } from './accounts.ts';
import type { ConsoleDeps } from './deps.ts';
import { viewOf } from './gate.ts';
import { accountWithId, allAccounts } from './known-accounts.ts';

const LONGEST_QUERY = 100;
const LONGEST_PARAMETER = 1024;

/** The catalogue, and connecting a service that no skill has asked for. */
export function serviceRoutes(app: WebApp, deps: ConsoleDeps): void {
  app.get('/console/services', async (c) => {
    const query = (c.req.query('q') ?? '').trim().slice(0, LONGEST_QUERY);
    const { categories } = c.var.words.console.services;
    const all = await deps.broker.providers.all();
    const providers = all
      .filter((one) => [one.title, one.name, categories[one.category]].some((text) => holds(text, query)))
      .sort((one, other) => one.title.localeCompare(other.title, c.var.words.lang));
    const accounts = await allAccounts(deps);
    const connected = new Set(
      accounts.flatMap(({ view, provider }) =>
        view.state === 'connected' && provider !== undefined ? [provider.name] : [],
      ),
    );
    return c.html(servicesPage(viewOf(c), { providers, query, connected }));
  });
  onlyMethods(app, '/console/services', 'GET, HEAD');

  app.get('/console/services/:service', async (c) => shown(c, deps, await serviceAt(c, deps)));
  app.post('/console/services/:service', async (c) => connect(c, deps, await serviceAt(c, deps)));
  onlyMethods(app, '/console/services/:service', 'GET, HEAD, POST');
}

/** Whether a name holds what was typed, whatever the case and the accents. */
function holds(text: string, query: string): boolean {
  const plain = (one: string): string => one.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain(text).includes(plain(query));
}

/** @throws OAuthBrokerError `not_found` */
async function serviceAt(c: WebContext, { broker }: ConsoleDeps): Promise<Provider> {
  const provider = await broker.providers.find(c.req.param('service') ?? '');
  if (provider === undefined) throw new OAuthBrokerError('not_found');
  return provider;
}

async function connect(c: WebContext, deps: ConsoleDeps, provider: Provider): Promise<Response> {
  const form = await formOf(c);
  const text = c.var.words.console.service;
  const names = Object.keys(provider.parameters ?? {});
  const parameters = Object.fromEntries(
    names.map((name) => [name, (form.get(`parameter.${name}`) ?? '').trim().slice(0, LONGEST_PARAMETER)]),
  );
  const scopes = scopesIn(form, provider);
  const mend = (problem: NonNullable<ServiceForm['problem']>, status?: ContentfulStatusCode) =>
    shown(c, deps, provider, { typed: { parameters, scopes }, problem }, status);
  const missing = names.find((name) => parameters[name] === '');
  if (missing !== undefined) return mend({ parameter: missing, text: text.missing }, 400);
  const scope = isUsual(scopes, provider) ? null : [...scopes].join(' ');
  const mungedId = mungedIdOf({ skillId: BY_HAND, appId: provider.name });
  const registration = registrationByHand(provider.name, {
    provider: provider.name,
    providerParameters: parameters,
    scope,
  });
  try {
    await deps.broker.apps.register(registration);
    return await beginSignIn(c, deps, await accountWithId(deps, mungedId));
  } catch (thrown) {
    const error = asBrokerError(thrown);
    if (error.code === 'internal') throw thrown;
    // The page of the account asks whether that is wanted.
    if (error.code === 'change_unconfirmed') return c.redirect(pathOfAccount({ mungedId }), 303);
    const { error: sentence, hint = '' } = explain(
      c.var.words,
      new OAuthBrokerError(error.code, { ...error.details, provider: provider.title, app: provider.title }),
    );
    const [parameter] = names;
    const isAboutParameter = parameter !== undefined && ABOUT_PARAMETERS.has(error.code);
    return mend(
      { text: `${sentence} ${hint}`.trim(), ...(isAboutParameter ? { parameter } : {}) },
      httpStatusOf(error.code),
    );
  }
}

const ABOUT_PARAMETERS: ReadonlySet<string> = new Set([
  'endpoint_invalid',
  'invalid_request',
  'discovery_failed',
  'provider_unreachable',
  'provider_timeout',
  'provider_bad_response',
]);

/** Those of the provider that were ticked. */
function scopesIn(form: URLSearchParams, { scopes }: Provider): ReadonlySet<string> {
  const offered = new Set([...scopes.default, ...Object.keys(scopes.known)]);
  return new Set(form.getAll('scope').filter((scope) => offered.has(scope)));
}

function isUsual(chosen: ReadonlySet<string>, { scopes }: Provider): boolean {
  return chosen.size === scopes.default.length && scopes.default.every((scope) => chosen.has(scope));
}

async function shown(
  c: WebContext,
  deps: ConsoleDeps,
  provider: Provider,
  mend?: Pick<ServiceForm, 'typed' | 'problem'>,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const accounts = (await allAccounts(deps)).filter((account) => account.provider?.name === provider.name);
  const own = accounts.find(
    ({ view }) => view.app.appId === provider.name && view.app.provider !== undefined,
  );
  const chosen = own?.view.app.scope?.split(' ') ?? provider.scopes.default;
  const typed = { parameters: own?.view.app.providerParameters ?? {}, scopes: new Set(chosen) };
  return c.html(servicePage(viewOf(c), { provider, accounts, typed, ...mend }), status);
}
