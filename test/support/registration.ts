import type { Registration } from '../../src/broker/types.ts';

/** A registration of a confidential client that asks for nothing special, with `fields` of the test's own. */
export function registrationOf(fields: Partial<Registration> = {}): Registration {
  return {
    skillId: 'skill',
    appId: 'app',
    clientId: null,
    clientSecret: null,
    authorizationEndpoint: 'https://provider.example/authorize',
    tokenEndpoint: 'https://provider.example/token',
    refreshEndpoint: null,
    revocationEndpoint: null,
    deviceAuthorizationEndpoint: null,
    provider: null,
    providerParameters: {},
    issuer: null,
    scope: null,
    shellIntegration: true,
    isPublic: false,
    pkce: null,
    extraParams: {},
    resource: null,
    dpop: false,
    ...fields,
  };
}
