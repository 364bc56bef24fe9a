import type { MethodReason } from './reasons.ts';
import type { Method, MungedId } from '../../store/records.ts';

export const METHODS = [
  'loopback',
  'lan',
  'shell',
  'relay',
  'paste',
  'device',
] as const satisfies readonly Method[];

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
  /**
   * Set for a client id that is an address in this network (IndieAuth §3.3): it demands a redirect URI with its own
   * host and port. Where that leads: to this device's address on the LAN, to its loopback address, or to none of them,
   * because the device has had another address when the client id was made.
   */
  readonly clientIdBindsTo?: 'lan' | 'loopback' | 'elsewhere';
  /** Where the relay page is, if one is configured. */
  readonly relayUrl?: string;
}

export interface NetworkFacts {
  /** Whether this device has an address that a phone on the LAN reaches. */
  readonly hasLanAddress: boolean;
  /** Whether a relay page goes to that address: it takes only those that are surely private. */
  readonly isRelayTarget: boolean;
}

/** Who will go through the sign-in: a phone, a browser on the device, ovos-shell's web view, or a terminal. */
export type Asker = 'phone' | 'browser' | 'shell' | 'terminal';

/** Who goes through a sign-in whose method is all that is known. */
export const ASKER_OF_METHOD: Readonly<Record<Method, Asker>> = {
  loopback: 'browser',
  shell: 'shell',
  lan: 'phone',
  relay: 'phone',
  paste: 'phone',
  device: 'phone',
};

/** Everything that decides which ways are open. */
export interface Situation {
  readonly provider: ProviderFacts;
  readonly app: AppFacts;
  readonly network: NetworkFacts;
  readonly asker: Asker;
}

export interface MethodChoice {
  readonly method: Method;
  readonly offered: boolean;
  readonly reason: MethodReason;
}

/** Where this device can be reached. */
export interface Place {
  readonly mungedId: MungedId;
  /** Port of the callback. */
  readonly port: number;
  /** How this machine calls itself in a redirect URI: 127.0.0.1, unless provider or settings want another name. */
  readonly loopbackHost: string;
  /** Address on the LAN, ready for a URL. */
  readonly lanHost: string;
  /** The origin that every redirect URI must have, where the client id binds it. */
  readonly boundOrigin?: string;
  readonly relayUrl?: string;
}

/** One way in which the authorization response comes back to the device. */
export interface MethodRule {
  readonly method: Method;
  readonly judge: (situation: Situation) => MethodReason | { readonly refused: MethodReason };
  /** The redirect URI; absent for a way that has none. */
  readonly redirectUri?: (place: Place) => string;
}
