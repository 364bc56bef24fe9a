import { isJsonObject, type JsonObject } from '../../json.ts';
import { oauthError, type Rewritten } from './answer.ts';

// https://developers.facebook.com/docs/graph-api/guides/error-handling
const INVALID_TOKEN = 190;
const PASSING: ReadonlySet<unknown> = new Set([2, 4, 17, 341]);

/**
 * An error of Meta's Graph API, whose `error` is an object, or of Instagram's own token endpoint (`error_message`), as
 * an OAuth error. Undefined: the fields are no such error.
 */
export function graphError({ error, error_message: message }: JsonObject): Rewritten | undefined {
  if (typeof message === 'string') return oauthError(errorOfText(message));
  if (!isJsonObject(error)) return undefined;
  if (error['code'] === INVALID_TOKEN) return oauthError('invalid_grant');
  if (PASSING.has(error['code'])) return oauthError('temporarily_unavailable');
  return oauthError(errorOfText(typeof error['message'] === 'string' ? error['message'] : ''));
}

/** Other codes stand for many things: code 100 for a used code as well as for a wrong redirect URI. */
function errorOfText(text: string): string {
  if (/client secret|client_secret/i.test(text)) return 'invalid_client';
  if (/(?:verification|authorization|matching) code/i.test(text)) return 'invalid_grant';
  return 'invalid_request';
}
