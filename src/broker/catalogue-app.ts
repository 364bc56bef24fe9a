import type { AppRef, Registration } from './types.ts';

/** The skill that apps belong to which no skill has registered: somebody connected a provider of the catalogue by hand. */
export const BY_HAND = 'ovos-oauth';

/** Names an app of a provider that no skill asked for. */
export function catalogueAppOf(provider: string): AppRef {
  return { skillId: BY_HAND, appId: provider };
}

/**
 * What registers such an app.
 *
 * @param parameters what the user gave for the provider's parameters, such as the address of their own server
 */
export function catalogueRegistration(
  provider: string,
  parameters: Readonly<Record<string, string>> = {},
): Registration {
  return {
    ...catalogueAppOf(provider),
    clientId: null,
    clientSecret: null,
    authorizationEndpoint: null,
    tokenEndpoint: null,
    refreshEndpoint: null,
    revocationEndpoint: null,
    deviceAuthorizationEndpoint: null,
    provider,
    providerParameters: parameters,
    issuer: null,
    pkce: null,
    extraParams: {},
    resource: null,
    dpop: false,
    scope: null,
    shellIntegration: false,
    isPublic: false,
  };
}
