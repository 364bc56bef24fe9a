import type { MethodWords } from '../method-words.ts';

export const methods: MethodWords = {
  names: {
    device: 'Sign in with a code',
    lan: 'Sign in and come straight back',
    relay: 'Sign in over a relay page',
    paste: 'Sign in and copy an address',
    loopback: 'Sign in with a browser on the device',
    shell: 'Sign in on the screen of the device',
  },
  reasons: {
    device_flow_best: 'You type a short code at {provider}, on this or any other phone or computer.',
    device_flow_missing: '{provider} has no sign-in with a code.',
    device_flow_limited: '{provider} does not give this access to who signs in with a code.',
    same_machine: 'The browser runs on the device itself.',
    other_machine: 'That works only in a browser on the device itself.',
    in_the_shell: 'The screen of the device shows the page of {provider}.',
    no_shell: 'That works only on the screen of the device itself.',
    provider_takes_lan: 'You sign in at {provider} and come straight back here.',
    provider_may_take_lan:
      'You sign in at {provider} and come straight back here, if {provider} allows that.',
    provider_refuses_lan: '{provider} sends nobody back to an address in a home network.',
    no_lan_address: 'The device has no address in your home network.',
    relay_configured: 'You sign in at {provider} and come back over the relay page of this device.',
    no_relay: 'No relay page is set up for this device.',
    relay_refuses_address: 'The relay page only goes to private addresses, and this device has none.',
    provider_refuses_https: '{provider} sends nobody back over a page on the web.',
    provider_refuses_loopback: '{provider} does not allow the address 127.0.0.1, which this way needs.',
    client_id_binds_redirect: '{provider} allows only the address of this device in your home network.',
    paste_always_works:
      'You sign in at {provider}, copy the address of the page that follows, and paste it here.',
    paste_last_resort: 'It works, but it takes more steps than the others.',
  },
};
