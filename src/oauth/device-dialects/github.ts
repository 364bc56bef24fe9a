import { type DeviceDialect, withoutSecret, withStandardError } from './dialect.ts';

const STANDARD_ERRORS = new Map([
  ['token_expired', 'expired_token'], // the page has both spellings
  ['incorrect_device_code', 'invalid_grant'],
  ['incorrect_client_credentials', 'invalid_client'],
]);

/**
 * GitHub sends errors under status 200, form-encoded unless JSON is asked for, and the new `interval` with `slow_down`.
 * https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#device-flow
 */
export const github: DeviceDialect = {
  authentication: 'client_secret_post',
  authorizationParameters: withoutSecret,
  tokenReply: (_status, fields) => withStandardError(fields, STANDARD_ERRORS),
};
