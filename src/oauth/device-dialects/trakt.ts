import type { JsonObject } from '../../json.ts';
import { type DeviceDialect, withVerificationUri } from './dialect.ts';

/**
 * Trakt takes JSON at endpoints of its own, calls the device code `code`, and answers a poll by its status.
 * https://docs.trakt.tv/reference/postoauthdevicecode, https://docs.trakt.tv/reference/postoauthdevicetoken
 */
export const trakt: DeviceDialect = {
  authentication: 'client_secret_post',
  bodyType: 'json',
  tokenEndpoint: (deviceAuthorizationEndpoint) => new URL('token', deviceAuthorizationEndpoint).href,
  authorizationParameters: ({ client_id = '' }) => ({ client_id }),
  tokenParameters: ({ device_code = '', client_id = '', client_secret = '' }) => ({
    code: device_code,
    client_id,
    client_secret,
  }),
  authorizationReply: withCompleteUri,
  tokenReply: (status, fields) => {
    const error = ERROR_OF_STATUS.get(status);
    return error === undefined ? fields : { ...fields, error };
  },
};

const ERROR_OF_STATUS: ReadonlyMap<number, string> = new Map([
  [400, 'authorization_pending'],
  [404, 'invalid_grant'], // no such code
  [409, 'invalid_grant'], // already exchanged
  [410, 'expired_token'],
  [418, 'access_denied'],
  [429, 'slow_down'],
]);

/** `https://trakt.tv/activate/5055CC52` fills the code in. */
function withCompleteUri(reply: JsonObject): JsonObject {
  const fields = withVerificationUri(reply);
  const { verification_uri: uri, user_code: code } = fields;
  if (typeof uri !== 'string' || typeof code !== 'string') return fields;
  return { verification_uri_complete: `${uri}/${encodeURIComponent(code)}`, ...fields };
}
