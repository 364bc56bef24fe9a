import type { JsonObject } from '../../json.ts';
import { type DeviceDialect, type Parameters, withoutSecret } from './dialect.ts';

// Lower case: the case differs from one to the other.
const ERROR_OF_MESSAGE = new Map([
  ['authorization_pending', 'authorization_pending'],
  ['slow_down', 'slow_down'],
  ['access_denied', 'access_denied'],
  ['expired_token', 'expired_token'],
  ['invalid device code', 'invalid_grant'],
  ['invalid client', 'invalid_client'],
  ['invalid client secret', 'invalid_client'],
]);

/**
 * Twitch takes `scopes`, in both requests, and tells what is wrong in `message`.
 * https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/#device-code-grant-flow
 */
export const twitch: DeviceDialect = {
  authentication: 'client_secret_post',
  authorizationParameters: ({ scope, ...others }) => withScopes(withoutSecret(others), scope),
  tokenParameters: withScopes,
  tokenReply: errorOfMessage,
};

function withScopes(parameters: Parameters, scope: string | undefined): Parameters {
  return scope === undefined ? parameters : { ...parameters, scopes: scope };
}

function errorOfMessage(status: number, fields: JsonObject): JsonObject {
  const { message } = fields;
  if (status < 400 || typeof message !== 'string') return fields;
  return { ...fields, error: ERROR_OF_MESSAGE.get(message.toLowerCase()) ?? 'invalid_request' };
}
