import { isJsonObject, type JsonObject } from '../../json.ts';
import { answer, peekFields, rewriteAnswer } from './answer.ts';
import { graphError } from './graph-error.ts';
import type { Quirk } from './quirk.ts';
import { type FormCall, isRefresh, onTokenRequest, send, sendQuery } from './token-call.ts';

const GRAPH = 'https://graph.instagram.com';
const SHORT_LIFETIME = 3600; // seconds

/**
 * Instagram exchanges a code for a token of one hour, that for one of 60 days, and renews the latter by itself. So the
 * long-lived token is also handed out as the refresh token: whoever spends that gets the renewed one, as both.
 * https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login
 *
 * @param graph origin of Instagram's Graph API
 */
export function instagramExchange(graph = GRAPH): Quirk {
  return {
    fetch: (inner) =>
      onTokenRequest(inner, (call) => (isRefresh(call) ? renew(inner, call) : exchange(inner, call, graph))),
  };
}

async function exchange(inner: typeof globalThis.fetch, call: FormCall, graph: string): Promise<Response> {
  const response = await rewriteAnswer(await send(inner, call), unwrap);
  const short = await peekFields(response);
  const token = short?.['access_token'];
  if (short === undefined || !response.ok || typeof token !== 'string') return response;
  await response.body?.cancel();
  // Instagram takes these in the query of a GET only.
  const query = new URLSearchParams({
    grant_type: 'ig_exchange_token',
    client_secret: call.form.get('client_secret') ?? '',
    access_token: token,
  });
  const long = await sendQuery(inner, call, `${graph}/access_token`, query)
    .then(longLived)
    // The code is spent: what it brought is kept, even if it lasts an hour only.
    .catch(() => undefined);
  return answer({ ...short, ...(long ?? { expires_in: SHORT_LIFETIME }) }, 200, response.headers);
}

async function renew(inner: typeof globalThis.fetch, call: FormCall): Promise<Response> {
  const query = new URLSearchParams({
    grant_type: 'ig_refresh_token',
    access_token: call.form.get('refresh_token') ?? '',
  });
  const response = await sendQuery(inner, call, call.url, query);
  const renewed = await longLived(response);
  if (renewed === undefined) return rewriteAnswer(response, graphError);
  return answer(renewed, 200, response.headers);
}

/** The token set of a long-lived token; undefined where there is none. Leaves the response unread. */
async function longLived(response: Response): Promise<JsonObject | undefined> {
  const fields = response.ok ? await peekFields(response) : undefined;
  const token = fields?.['access_token'];
  return typeof token === 'string' ? { ...fields, refresh_token: token } : undefined;
}

/** The newer answer is a list with one token set in it. */
function unwrap(fields: JsonObject): { fields: JsonObject; status?: number } | undefined {
  const data: unknown = fields['data'];
  const first: unknown = Array.isArray(data) ? data[0] : undefined;
  return isJsonObject(first) ? { fields: first } : graphError(fields);
}
