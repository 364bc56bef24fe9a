import type { Provider } from '../../providers/index.ts';
import type { Method } from '../../store/records.ts';
import { catalogueFacts } from './facts.ts';
import { type Asker, METHODS } from './method.ts';
import { pickMethods } from './picker.ts';

const ASKERS: readonly Asker[] = ['phone', 'browser', 'shell', 'terminal'];

/** The ways to sign in that can work at a provider, given a LAN, a relay and whoever it takes. */
export function possibleMethods(provider: Provider): readonly Method[] {
  const relayUrl = 'https://relay.invalid/';
  const app = provider.ownAddressIsClientId ? { relayUrl, clientIdBindsTo: 'lan' as const } : { relayUrl };
  const situation = {
    provider: catalogueFacts(provider),
    app,
    network: { hasLanAddress: true, isRelayTarget: true },
  };
  const offered = new Set(
    ASKERS.flatMap((asker) => pickMethods({ ...situation, asker }).filter((choice) => choice.offered)).map(
      ({ method }) => method,
    ),
  );
  return METHODS.filter((method) => offered.has(method));
}
