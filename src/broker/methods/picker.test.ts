import { describe, expect, test } from 'vitest';
import type { AppFacts, Asker, NetworkFacts, ProviderFacts } from './method.ts';
import { pickMethods } from './picker.ts';

const SPOTIFY: ProviderFacts = {
  takesLoopback: true,
  takesPrivateHttp: false,
  takesHttps: true,
  deviceFlow: 'none',
  isPrivate: false,
};
const GOOGLE_CALENDAR: ProviderFacts = { ...SPOTIFY, deviceFlow: 'limited' };
const GITHUB: ProviderFacts = { ...SPOTIFY, takesPrivateHttp: true, deviceFlow: 'yes' };
const UNKNOWN: ProviderFacts = { isPrivate: false };
const KEYCLOAK: ProviderFacts = { isPrivate: true };
const HOME_ASSISTANT: ProviderFacts = { isPrivate: true, takesLoopback: false, takesPrivateHttp: true };
const HTTPS_ONLY: ProviderFacts = { ...SPOTIFY, takesLoopback: false };

const PLAIN: AppFacts = {};
const INDIEAUTH: AppFacts = { clientIdBindsTo: 'lan' };
const INDIEAUTH_MOVED: AppFacts = { clientIdBindsTo: 'elsewhere' };
const INDIEAUTH_ALONE: AppFacts = { clientIdBindsTo: 'loopback' };
const RELAYED: AppFacts = { relayUrl: 'https://relay.example/' };
const LAN: NetworkFacts = { hasLanAddress: true, isRelayTarget: true };
const OFFLINE: NetworkFacts = { hasLanAddress: false, isRelayTarget: true };
const PUBLIC: NetworkFacts = { hasLanAddress: true, isRelayTarget: false };

type Row = readonly [string, ProviderFacts, AppFacts, NetworkFacts, Asker, string];

const ROWS: readonly Row[] = [
  ['Spotify from a phone', SPOTIFY, PLAIN, LAN, 'phone', 'paste'],
  ['Spotify from a phone with a relay', SPOTIFY, RELAYED, LAN, 'phone', 'relay paste'],
  ['Spotify from a browser on the device', SPOTIFY, PLAIN, LAN, 'browser', 'loopback paste'],
  ['Spotify from the shell', SPOTIFY, PLAIN, LAN, 'shell', 'shell paste'],
  ['Spotify over SSH', SPOTIFY, PLAIN, OFFLINE, 'terminal', 'paste'],
  ['Google Calendar, which its device flow does not cover', GOOGLE_CALENDAR, PLAIN, LAN, 'phone', 'paste'],
  ['GitHub from a phone', GITHUB, PLAIN, LAN, 'phone', 'device lan paste'],
  ['GitHub without a LAN', GITHUB, PLAIN, OFFLINE, 'terminal', 'device paste'],
  ['Home Assistant from a phone', HOME_ASSISTANT, INDIEAUTH, LAN, 'phone', 'lan'],
  ['Home Assistant in the shell', HOME_ASSISTANT, INDIEAUTH, LAN, 'shell', 'shell lan'],
  ['Home Assistant in a browser of the device', HOME_ASSISTANT, INDIEAUTH, LAN, 'browser', 'loopback lan'],
  ['Home Assistant after the device has moved', HOME_ASSISTANT, INDIEAUTH_MOVED, LAN, 'phone', 'paste'],
  ['Home Assistant after that, in a browser', HOME_ASSISTANT, INDIEAUTH_MOVED, LAN, 'browser', 'paste'],
  ['Home Assistant without a LAN', HOME_ASSISTANT, INDIEAUTH_ALONE, OFFLINE, 'browser', 'loopback paste'],
  ['Keycloak at home', KEYCLOAK, PLAIN, LAN, 'phone', 'lan paste'],
  ['a provider that nobody knows', UNKNOWN, PLAIN, LAN, 'phone', 'lan paste'],
  ['a provider that takes https alone, without a relay', HTTPS_ONLY, PLAIN, LAN, 'phone', ''],
  ['a provider that takes https alone, with a relay', HTTPS_ONLY, RELAYED, LAN, 'phone', 'relay'],
  ['a relay that could not reach this device', SPOTIFY, RELAYED, OFFLINE, 'phone', 'paste'],
];

describe('what is offered, best first', () => {
  test.each(ROWS)('%s', (_name, provider, app, network, asker, offered) => {
    const choices = pickMethods({ provider, app, network, asker });
    expect(
      choices
        .filter((choice) => choice.offered)
        .map(({ method }) => method)
        .join(' '),
    ).toBe(offered);
    expect(choices.map(({ method }) => method).sort()).toEqual([
      'device',
      'lan',
      'loopback',
      'paste',
      'relay',
      'shell',
    ]);
  });
});

describe('why a method is refused', () => {
  test.each([
    ['Spotify', SPOTIFY, PLAIN, LAN, 'lan', 'provider_refuses_lan'],
    ['Google Calendar', GOOGLE_CALENDAR, PLAIN, LAN, 'device', 'device_flow_limited'],
    ['Home Assistant', HOME_ASSISTANT, INDIEAUTH, LAN, 'paste', 'client_id_binds_redirect'],
    ['a device without a LAN', UNKNOWN, PLAIN, OFFLINE, 'lan', 'no_lan_address'],
    ['no relay', SPOTIFY, PLAIN, LAN, 'relay', 'no_relay'],
    ['an address that a relay page refuses', SPOTIFY, RELAYED, PUBLIC, 'relay', 'relay_refuses_address'],
    ['a phone', SPOTIFY, PLAIN, LAN, 'loopback', 'other_machine'],
  ] as const)('%s: %s', (_name, provider, app, network, method, reason) => {
    const choice = pickMethods({ provider, app, network, asker: 'phone' }).find(
      (one) => one.method === method,
    );
    expect(choice).toEqual({ method, offered: false, reason });
  });
});
