import { mungedIdOf } from '../../broker/munged-id.ts';
import type { Registration } from '../../broker/types.ts';
import { asBrokerError } from '../../errors.ts';
import { LONGEST_CREDENTIAL } from '../api/fields.ts';
import type { Incoming } from '../api/incoming.ts';
import { reply } from '../api/messages.ts';
import { givenMungedId, givenText, refOf } from './app-ref.ts';
import type { Tools } from './deps.ts';
import type { RequestHandler } from './requests.ts';

export function register({ broker, order, pingAgain }: Tools): RequestHandler<'oauth.register'> {
  return {
    async answer({ message, data }) {
      const registration = registrationOf(data);
      const { app, needsCredentials } = await order.change(registration, () =>
        broker.apps.register(registration).catch((thrown: unknown) => {
          pingAgain.failed(mungedIdOf(registration), asBrokerError(thrown));
          throw thrown;
        }),
      );
      const { mungedId, clientId } = app;
      pingAgain.registered(mungedId);
      return [
        reply(message, 'oauth.register.response', {
          munged_id: mungedId,
          client_id: clientId,
          needs_creds: needsCredentials,
        }),
      ];
    },
    refuse: (message, failure) => {
      const mungedId = givenMungedId(message.data);
      return reply(message, 'oauth.register.response', {
        ...(mungedId === undefined ? {} : { munged_id: mungedId }),
        client_id: givenText(message.data['client_id'], LONGEST_CREDENTIAL) ?? null,
        ...failure,
      });
    },
  };
}

function registrationOf(data: Incoming<'oauth.register'>): Registration {
  return {
    ...refOf(data),
    clientId: data.client_id,
    clientSecret: data.client_secret,
    authorizationEndpoint: data.auth_endpoint,
    tokenEndpoint: data.token_endpoint,
    refreshEndpoint: data.refresh_endpoint,
    revocationEndpoint: data.revocation_endpoint,
    deviceAuthorizationEndpoint: data.device_authorization_endpoint,
    provider: data.provider,
    providerParameters: data.provider_parameters,
    issuer: data.issuer,
    pkce: data.pkce,
    extraParams: data.extra_params,
    resource: data.resource,
    dpop: data.dpop,
    scope: data.scope,
    shellIntegration: data.shell_integration,
    isPublic: data.public,
  };
}
