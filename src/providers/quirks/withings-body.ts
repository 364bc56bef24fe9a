import { isJsonObject, type JsonObject } from '../../json.ts';
import { oauthError, type Rewritten, rewriteAnswer } from './answer.ts';
import type { Quirk } from './quirk.ts';
import { onTokenRequest, send } from './token-call.ts';

/**
 * Withings wraps the answer: a `status` of its own, 0 for success, and the token set in `body`.
 * https://developer.withings.com/api-reference/#tag/oauth2
 */
export const withingsBody: Quirk = {
  fetch: (inner) =>
    onTokenRequest(inner, async (call) => {
      call.form.set('action', 'requesttoken');
      return rewriteAnswer(await send(inner, call), standardise);
    }),
};

const TOO_MANY_REQUESTS = 601;

function standardise({ status, body, error }: JsonObject): Rewritten | undefined {
  if (status === undefined) return undefined;
  if (status === 0) return isJsonObject(body) ? { fields: body } : undefined;
  return oauthError(errorOf(status, typeof error === 'string' ? error : ''));
}

/** One status (503) stands for any parameter that is wrong; only the text tells which: `Invalid Params: invalid refresh_token`. */
function errorOf(status: unknown, text: string): string {
  if (status === TOO_MANY_REQUESTS) return 'temporarily_unavailable';
  if (/invalid (?:refresh_token|code)/i.test(text)) return 'invalid_grant';
  if (/client/i.test(text)) return 'invalid_client';
  return 'invalid_request';
}
