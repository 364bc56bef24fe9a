/** Why a method is offered or refused; the words are in `locale/`. */
export const METHOD_REASONS = [
  'device_flow_best',
  'device_flow_missing',
  'device_flow_limited',
  'same_machine',
  'other_machine',
  'in_the_shell',
  'no_shell',
  'provider_takes_lan',
  'provider_may_take_lan',
  'provider_refuses_lan',
  'no_lan_address',
  'relay_configured',
  'no_relay',
  'relay_refuses_address',
  'provider_refuses_https',
  'provider_refuses_loopback',
  'client_id_binds_redirect',
  'paste_always_works',
  'paste_last_resort',
] as const;
export type MethodReason = (typeof METHOD_REASONS)[number];
