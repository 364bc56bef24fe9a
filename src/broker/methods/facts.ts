import { defined } from '../../defined.ts';
import { isPrivateHost } from '../../oauth/private-host.ts';
import type { Provider } from '../../providers/index.ts';
import type { App } from '../../store/records.ts';
import { isUrlClientId } from '../credentials.ts';
import { scopesOf } from '../scopes.ts';
import { isRelayTarget } from './relay.ts';
import type { AppFacts, NetworkFacts, Place, ProviderFacts } from './method.ts';

/** What the picker needs to know of the provider behind an app. */
export function providerFacts(app: App, provider: Provider | undefined): ProviderFacts {
  const { authorizationEndpoint: page } = app;
  const isPrivate = URL.canParse(page) && isPrivateHost(new URL(page).hostname);
  const deviceFlow = deviceFlowOf(app, provider);
  if (isDeviceOnly(app)) {
    return { isPrivate, deviceFlow, takesLoopback: false, takesPrivateHttp: false, takesHttps: false };
  }
  return {
    isPrivate,
    deviceFlow,
    ...defined({
      takesLoopback: provider?.redirect.loopback,
      takesPrivateHttp: provider?.redirect.privateHttp,
      takesHttps: provider?.redirect.https,
    }),
  };
}

/** What is known of a provider before there is an app, all its scopes taken for wanted ones that it grants. */
export function catalogueFacts({ redirect, device }: Provider): ProviderFacts {
  return {
    isPrivate: false,
    deviceFlow: device === null ? 'none' : 'yes',
    takesLoopback: redirect.loopback,
    takesPrivateHttp: redirect.privateHttp,
    takesHttps: redirect.https,
  };
}

/** The provider knows no redirect: its authorization endpoint is where a device flow begins. */
export function isDeviceOnly(app: App): boolean {
  return app.authorizationEndpoint === app.deviceAuthorizationEndpoint;
}

export function appFacts({ clientId }: App, place: Place): AppFacts {
  const { relayUrl } = place;
  return defined({ relayUrl, clientIdBindsTo: bindingOf(clientId, place) });
}

function bindingOf(clientId: string | null, place: Place): AppFacts['clientIdBindsTo'] {
  if (clientId === null || !isUrlClientId(clientId) || !URL.canParse(clientId)) return undefined;
  const { hostname, origin } = new URL(clientId);
  const isAt = (host: string): boolean => new URL(`http://${host}:${place.port}`).origin === origin;
  if (isAt(place.lanHost)) return 'lan';
  if ([place.loopbackHost, '127.0.0.1', 'localhost', '[::1]'].some(isAt)) return 'loopback';
  // A page on the web names its redirect URIs itself, at whatever host (IndieAuth §4.2.2).
  return isPrivateHost(hostname) ? 'elsewhere' : undefined;
}

/** @param lanHost as `net/lan-address.ts` finds it: the loopback address where there is no network */
export function networkFacts(lanHost: string, isSetByUser: boolean): NetworkFacts {
  const hasLanAddress = isSetByUser || !/^(127\.|localhost$|\[::1\]$)/.test(lanHost);
  return { hasLanAddress, isRelayTarget: isRelayTarget(lanHost) };
}

function deviceFlowOf(app: App, provider: Provider | undefined): NonNullable<ProviderFacts['deviceFlow']> {
  if (app.deviceAuthorizationEndpoint === undefined) return 'none';
  const granted = provider?.device?.scopes;
  if (granted === undefined) return 'yes';
  return scopesOf(app, provider).every((scope) => granted.includes(scope)) ? 'yes' : 'limited';
}
