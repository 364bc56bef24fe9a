/** Small named deviations; each is a function in `quirks/`. */
export const QUIRKS = [
  /** The token endpoint answers form-encoded unless `Accept: application/json` is sent. */
  'accept_json',
  /** Scopes of a user go as `user_scope`; an error is 200 with `ok: false`; the user's token set is in `authed_user`. */
  'slack_v2',
  /** Token requests carry `action=requesttoken`; the answer is 200 with a `status`, 0 for success, and the set in `body`. */
  'withings_body',
  /** The token request is a JSON object, not a form. */
  'json_token_request',
  /** The client id is called `client_key`, in the browser and in token requests. */
  'client_key',
  /** The granted scopes come back with commas between them. */
  'comma_scopes',
  /** A refresh request must repeat the `redirect_uri` of the sign-in. */
  'redirect_uri_on_refresh',
  /** The callback's `hostname` says which server the code is to be spent at; an error is 200 with a `result` other than 0. */
  'pcloud_host',
  /** The callback's `accounts-server` says where code and refresh tokens are to be spent; `invalid_code` means `invalid_grant`. */
  'zoho_accounts_server',
  /** The code brings a token of one hour, that one of 60 days, which renews itself instead of a refresh token. */
  'instagram_exchange',
  /** The code brings a token of an hour or two, which must be exchanged for one of 60 days; errors are objects. */
  'long_lived_facebook',
  /** Draft 5 of OAuth 2: `type` is `web_server` or `refresh`; a refresh repeats the `redirect_uri`. */
  'basecamp_type',
  /** `app_id`, `secret` and `perms` for `client_id`, `client_secret` and `scope`; a form-encoded answer with `expires`. */
  'deezer_form',
  /** `redirect_uri` is the name (the parameter `ru_name`) under which the provider keeps the address. */
  'ebay_runame',
  /** The device flow's `grant_type` is the word `device_code`, not the URN of RFC 8628 §3.4. */
  'device_code_grant_type',
  /** The granted scopes are in the redirect's `scope`, not in the token's answer; the user may have unticked some. */
  'scopes_in_callback',
  /** Errors have a `status` and a `message` and no `error`; `Invalid refresh token` means `invalid_grant`. */
  'twitch_errors',
  /** To a refresh with a dead refresh token the answer is `invalid_request`; it means `invalid_grant`. */
  'invalid_request_ends_grant',
  /** Revocation is a POST of `token` and `action=revoke` to the token endpoint; the answer is always 200. */
  'home_assistant_revoke',
] as const;

export type QuirkName = (typeof QUIRKS)[number];
