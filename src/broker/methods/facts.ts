import { isPrivateHost } from '../../oauth/private-host.ts';
import type { Provider } from '../../providers/index.ts';
import type { App } from '../../store/records.ts';
import { isUrlClientId } from '../credentials.ts';
import { defined } from '../provider-access.ts';
import type { AppFacts, NetworkFacts, ProviderFacts } from './method.ts';

/** What the picker needs to know of the provider behind an app. */
export function providerFacts(app: App, provider: Provider | undefined): ProviderFacts {
  return {
    isPrivate: isPrivateHost(new URL(app.authorizationEndpoint).hostname),
    deviceFlow: deviceFlowOf(app, provider),
    ...defined({
      takesLoopback: provider?.redirect.loopback,
      takesPrivateHttp: provider?.redirect.privateHttp,
      takesHttps: provider?.redirect.https,
    }),
  };
}

export function appFacts(app: App, relayUrl: string | undefined): AppFacts {
  return { isUrlClientId: isUrlClientId(app.clientId), ...defined({ relayUrl }) };
}

/** @param lanHost as `net/lan-address.ts` finds it: the loopback address where there is no network */
export function networkFacts(lanHost: string, isSetByUser: boolean): NetworkFacts {
  return { hasLanAddress: isSetByUser || !/^(127\.|localhost$|\[::1\]$)/.test(lanHost) };
}

function deviceFlowOf(app: App, provider: Provider | undefined): NonNullable<ProviderFacts['deviceFlow']> {
  if (app.deviceAuthorizationEndpoint === undefined) return 'none';
  const granted = provider?.device?.scopes;
  if (granted === undefined) return 'yes';
  const wanted = (app.scope ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
  return wanted.every((scope) => granted.includes(scope)) ? 'yes' : 'limited';
}
