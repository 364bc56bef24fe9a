import { type DeviceDialect, withoutSecret, withVerificationUri } from './dialect.ts';

/**
 * Google says `verification_url`, and wants the client secret in the body of the token request although the client is a
 * device. Errors have RFC 8628's names under the statuses 428 and 403.
 * https://developers.google.com/identity/protocols/oauth2/limited-input-device
 */
export const google: DeviceDialect = {
  authentication: 'client_secret_post',
  authorizationParameters: withoutSecret,
  authorizationReply: withVerificationUri,
};
