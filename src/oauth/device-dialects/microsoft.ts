import { type DeviceDialect, withoutSecret, withStandardError } from './dialect.ts';

const STANDARD_ERRORS = new Map([
  ['authorization_declined', 'access_denied'],
  ['bad_verification_code', 'invalid_grant'],
]);

/**
 * Microsoft has names of its own for two errors.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code#expected-errors
 */
export const microsoft: DeviceDialect = {
  authentication: 'client_secret_post',
  authorizationParameters: withoutSecret,
  tokenReply: (_status, fields) => withStandardError(fields, STANDARD_ERRORS),
};
