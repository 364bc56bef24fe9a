import { defined } from '../../defined.ts';
import { possibleMethods } from '../../broker/methods/possible.ts';
import { OAuthBrokerError } from '../../errors.ts';
import type { Provider } from '../../providers/index.ts';
import { reply } from '../api/messages.ts';
import type { Tools } from './deps.ts';
import type { RequestHandler } from './requests.ts';

export function providers({ broker }: Tools): RequestHandler<'oauth.providers'> {
  return {
    async answer({ message, data: { name } }) {
      const known =
        name === null
          ? (await broker.providers.all()).map(summaryOf)
          : [detailsOf(await named(broker.providers, name))];
      return [reply(message, 'oauth.providers.response', { providers: known })];
    },
    refuse: (message, failure) => reply(message, 'oauth.providers.response', failure),
  };
}

async function named(providers: Tools['broker']['providers'], name: string): Promise<Provider> {
  const provider = await providers.find(name);
  if (provider === undefined) throw new OAuthBrokerError('invalid_request', { field: 'name' });
  return provider;
}

/** Small, so that all of them fit into one message. */
function summaryOf(provider: Provider) {
  const { name, title, category, status, parameters, setup } = provider;
  return {
    name,
    title,
    category,
    status,
    ...(parameters === undefined
      ? {}
      : { parameters: Object.entries(parameters).map(([key, about]) => ({ name: key, ...about })) }),
    methods: [...possibleMethods(provider)],
    setup_url: setup.url,
  };
}

function detailsOf(provider: Provider) {
  const { setup, redirect, scopes, device, pkce, refresh, manageUrl, sources } = provider;
  return {
    ...summaryOf(provider),
    setup_steps: setup.steps,
    default_scopes: scopes.default,
    scopes: Object.entries(scopes.known).map(([scope, allows]) => ({ scope, allows })),
    pkce: pkce !== 'none',
    refreshes: refresh.supported,
    sources,
    ...defined({
      redirect_note: redirect.note,
      device_scopes: device?.scopes,
      grant_days: refresh.grantDays,
      manage_url: manageUrl,
    }),
  };
}
