import type { QuirkName } from './names.ts';
import { acceptJson } from './accept-json.ts';
import { basecampType } from './basecamp-type.ts';
import { clientKey } from './client-key.ts';
import { commaScopes } from './comma-scopes.ts';
import { deezerForm } from './deezer-form.ts';
import { deviceCodeGrantType } from './device-code-grant-type.ts';
import { ebayRuname } from './ebay-runame.ts';
import { homeAssistantRevoke } from './home-assistant-revoke.ts';
import { instagramExchange } from './instagram-exchange.ts';
import { invalidRequestEndsGrant } from './invalid-request-ends-grant.ts';
import { jsonTokenRequest } from './json-token-request.ts';
import { longLivedFacebook } from './long-lived-facebook.ts';
import { pcloudHost } from './pcloud-host.ts';
import type { Quirk, QuirkContext } from './quirk.ts';
import { redirectUriOnRefresh } from './redirect-uri-on-refresh.ts';
import { scopesInCallback } from './scopes-in-callback.ts';
import { slackV2 } from './slack-v2.ts';
import { twitchErrors } from './twitch-errors.ts';
import { withingsBody } from './withings-body.ts';
import { zohoAccountsServer } from './zoho-accounts-server.ts';

export type { Quirk, QuirkContext } from './quirk.ts';

const QUIRK_OF_NAME: Readonly<Record<QuirkName, Quirk>> = {
  accept_json: acceptJson,
  basecamp_type: basecampType,
  client_key: clientKey,
  comma_scopes: commaScopes,
  deezer_form: deezerForm,
  device_code_grant_type: deviceCodeGrantType,
  ebay_runame: ebayRuname,
  home_assistant_revoke: homeAssistantRevoke,
  instagram_exchange: instagramExchange(),
  invalid_request_ends_grant: invalidRequestEndsGrant,
  json_token_request: jsonTokenRequest,
  long_lived_facebook: longLivedFacebook,
  pcloud_host: pcloudHost,
  redirect_uri_on_refresh: redirectUriOnRefresh,
  scopes_in_callback: scopesInCallback,
  slack_v2: slackV2,
  twitch_errors: twitchErrors,
  withings_body: withingsBody,
  zoho_accounts_server: zohoAccountsServer,
};

export function quirkOf(name: QuirkName): Quirk {
  return QUIRK_OF_NAME[name];
}

/** `fetch` as a provider with these quirks needs it; the first name sits closest to the wire. */
export function withQuirks(
  fetch: typeof globalThis.fetch,
  names: readonly QuirkName[],
  context: QuirkContext = {},
): typeof globalThis.fetch {
  return names.reduce((inner, name) => quirkOf(name).fetch?.(inner, context) ?? inner, fetch);
}

/** Changes the parameters of an authorization request into what a provider with these quirks expects. */
export function bendAuthorizationRequest(
  params: URLSearchParams,
  names: readonly QuirkName[],
  context: QuirkContext = {},
): void {
  for (const name of names) quirkOf(name).authorizationRequest?.(params, context);
}

/** Where the code of `callback` is to be spent, and later its refresh tokens; mostly `configured`. */
export function tokenEndpointAfter(
  callback: URLSearchParams,
  configured: string,
  names: readonly QuirkName[],
): string {
  return names.reduce(
    (endpoint, name) => quirkOf(name).tokenEndpoint?.(endpoint, callback) ?? endpoint,
    configured,
  );
}

/** The scopes that `callback` says were granted, with spaces between them; undefined where it does not say. */
export function grantedScopeIn(callback: URLSearchParams, names: readonly QuirkName[]): string | undefined {
  for (const name of names) {
    const scope = quirkOf(name).grantedScope?.(callback);
    if (scope !== undefined) return scope;
  }
  return undefined;
}
