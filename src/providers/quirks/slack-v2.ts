import { isJsonObject, type JsonObject } from '../../json.ts';
import { oauthError, type Rewritten, rewriteAnswer } from './answer.ts';
import type { Quirk } from './quirk.ts';
import { onTokenRequest, rename, send } from './token-call.ts';

/**
 * Slack asks for a user's scopes in `user_scope`, answers every error with 200 and `ok: false`, and puts a user's token
 * set into `authed_user`. https://docs.slack.dev/authentication/installing-with-oauth
 */
export const slackV2: Quirk = {
  authorizationRequest(params) {
    rename(params, 'scope', 'user_scope');
  },
  fetch: (inner) =>
    onTokenRequest(inner, async (call) => rewriteAnswer(await send(inner, call), standardise)),
};

// https://docs.slack.dev/reference/methods/oauth.v2.access#errors
const STANDARD_ERRORS: ReadonlyMap<string, string> = new Map([
  ['invalid_code', 'invalid_grant'],
  ['code_already_used', 'invalid_grant'],
  ['code_expired', 'invalid_grant'],
  ['invalid_refresh_token', 'invalid_grant'],
  ['token_revoked', 'invalid_grant'],
  ['invalid_client_id', 'invalid_client'],
  ['bad_client_secret', 'invalid_client'],
  ['ratelimited', 'temporarily_unavailable'],
  ['internal_error', 'server_error'],
  ['fatal_error', 'server_error'],
]);

function standardise(fields: JsonObject): Rewritten | undefined {
  const { ok, error, authed_user: user, ...others } = fields;
  if (ok === false) {
    const name = typeof error === 'string' ? error : 'server_error';
    return oauthError(STANDARD_ERRORS.get(name) ?? name);
  }
  // With a bot's token beside it, the set of the bot is the answer: the user's stays where it is.
  if ('access_token' in others || !isJsonObject(user)) return undefined;
  const { id, ...tokenSet } = user;
  return { fields: { ...others, ...tokenSet, ...(id === undefined ? {} : { user_id: id }) } };
}
