import type { Method } from '../../store/records.ts';

/** What is known of the provider. Absent fields are unknown: most skills register a provider that no catalogue has. */
export interface ProviderFacts {
  /** Whether http://127.0.0.1:<port>/… is accepted as a redirect URI. */
  readonly takesLoopback?: boolean;
  /** Whether http://<address on the LAN>:<port>/… is accepted. */
  readonly takesPrivateHttp?: boolean;
  /** Whether https://… is accepted. */
  readonly takesHttps?: boolean;
  /** Whether the provider has a device flow whose scopes suffice; `limited` where they do not. */
  readonly deviceFlow?: 'none' | 'limited' | 'yes';
  /** The provider itself is on a private network, as self-hosted ones are. */
  readonly isPrivate: boolean;
}

export interface AppFacts {
  /** An IndieAuth client id, which demands a redirect URI with its own host and port. */
  readonly isUrlClientId: boolean;
  /** Where the relay page is, if one is configured. */
  readonly relayUrl?: string;
}

export interface NetworkFacts {
  /** Whether this device has an address that a phone on the LAN reaches. */
  readonly hasLanAddress: boolean;
}

/** Who will go through the sign-in: a phone, a browser on the device, ovos-shell's web view, or a terminal. */
export type Asker = 'phone' | 'browser' | 'shell' | 'terminal';

/** Why a method is offered or refused; the words are in `locale/`. */
export type MethodReason =
  | 'device_flow_best'
  | 'device_flow_missing'
  | 'device_flow_limited'
  | 'same_machine'
  | 'other_machine'
  | 'in_the_shell'
  | 'no_shell'
  | 'provider_takes_lan'
  | 'provider_may_take_lan'
  | 'provider_refuses_lan'
  | 'no_lan_address'
  | 'relay_configured'
  | 'no_relay'
  | 'provider_refuses_https'
  | 'provider_refuses_loopback'
  | 'client_id_binds_redirect'
  | 'paste_always_works'
  | 'paste_last_resort';

export interface MethodChoice {
  readonly method: Method;
  readonly offered: boolean;
  readonly reason: MethodReason;
}

/**
 * The ways in which this sign-in can be done, best first, then those that can't work, each with its reason. A way that
 * the provider is known to refuse is never offered: the user would only learn it from the provider's error page.
 */
export function pickMethods(
  provider: ProviderFacts,
  app: AppFacts,
  network: NetworkFacts,
  asker: Asker,
): readonly MethodChoice[] {
  const choices = [
    onThisMachine(provider, app, asker),
    inTheShell(provider, app, asker),
    byDeviceCode(provider),
    overTheLan(provider, app, network),
    byRelay(provider, app, network),
    byPaste(provider, app, asker),
  ];
  return [...choices.filter(({ offered }) => offered), ...choices.filter(({ offered }) => !offered)];
}

function offer(method: Method, reason: MethodReason): MethodChoice {
  return { method, offered: true, reason };
}

function refuse(method: Method, reason: MethodReason): MethodChoice {
  return { method, offered: false, reason };
}

function onThisMachine(provider: ProviderFacts, app: AppFacts, asker: Asker): MethodChoice {
  if (asker !== 'browser') return refuse('loopback', 'other_machine');
  if (app.isUrlClientId) return refuse('loopback', 'client_id_binds_redirect');
  if (provider.takesLoopback === false) return refuse('loopback', 'provider_refuses_loopback');
  return offer('loopback', 'same_machine');
}

function inTheShell(provider: ProviderFacts, app: AppFacts, asker: Asker): MethodChoice {
  if (asker !== 'shell') return refuse('shell', 'no_shell');
  if (app.isUrlClientId) return refuse('shell', 'client_id_binds_redirect');
  if (provider.takesLoopback === false) return refuse('shell', 'provider_refuses_loopback');
  return offer('shell', 'in_the_shell');
}

function byDeviceCode(provider: ProviderFacts): MethodChoice {
  if (provider.deviceFlow === 'yes') return offer('device', 'device_flow_best');
  return refuse('device', provider.deviceFlow === 'limited' ? 'device_flow_limited' : 'device_flow_missing');
}

function overTheLan(provider: ProviderFacts, app: AppFacts, network: NetworkFacts): MethodChoice {
  if (!network.hasLanAddress) return refuse('lan', 'no_lan_address');
  if (app.isUrlClientId || provider.takesPrivateHttp === true) return offer('lan', 'provider_takes_lan');
  if (provider.takesPrivateHttp === false) return refuse('lan', 'provider_refuses_lan');
  return offer('lan', provider.isPrivate ? 'provider_takes_lan' : 'provider_may_take_lan');
}

function byRelay(provider: ProviderFacts, app: AppFacts, network: NetworkFacts): MethodChoice {
  if (app.relayUrl === undefined) return refuse('relay', 'no_relay');
  if (!network.hasLanAddress) return refuse('relay', 'no_lan_address');
  if (app.isUrlClientId) return refuse('relay', 'client_id_binds_redirect');
  if (provider.takesHttps === false) return refuse('relay', 'provider_refuses_https');
  return offer('relay', 'relay_configured');
}

function byPaste(provider: ProviderFacts, app: AppFacts, asker: Asker): MethodChoice {
  // The redirect URI of a paste is the loopback one: it leads nowhere on a phone, and its address is what is pasted.
  if (app.isUrlClientId) return refuse('paste', 'client_id_binds_redirect');
  if (provider.takesLoopback === false) return refuse('paste', 'provider_refuses_loopback');
  return offer(
    'paste',
    asker === 'phone' || asker === 'terminal' ? 'paste_always_works' : 'paste_last_resort',
  );
}
