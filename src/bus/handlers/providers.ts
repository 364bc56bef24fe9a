import { detailsOf, summaryOf } from '../../broker/provider-description.ts';
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
