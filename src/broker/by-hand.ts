import type { Registration } from './types.ts';

/** The skill id of apps that a person registered in the console or on the command line. */
export const BY_HAND = 'ovos-oauth';

/** What a person registers who connects a service that no skill has asked for. */
export function registrationByHand(
  appId: string,
  fields: Partial<Pick<Registration, 'provider' | 'providerParameters' | 'issuer' | 'scope'>>,
): Registration {
  return {
    skillId: BY_HAND,
    appId,
    clientId: null,
    clientSecret: null,
    authorizationEndpoint: null,
    tokenEndpoint: null,
    refreshEndpoint: null,
    revocationEndpoint: null,
    deviceAuthorizationEndpoint: null,
    provider: null,
    providerParameters: {},
    issuer: null,
    pkce: null,
    extraParams: {},
    resource: null,
    dpop: false,
    scope: null,
    shellIntegration: false,
    isPublic: false,
    ...fields,
  };
}
