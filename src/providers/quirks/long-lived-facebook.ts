import { answer, peekFields, rewriteAnswer } from './answer.ts';
import { graphError } from './graph-error.ts';
import type { Quirk } from './quirk.ts';
import { type FormCall, isRefresh, onTokenRequest, send, sendQuery } from './token-call.ts';

/**
 * Facebook's tokens live an hour or two, unless exchanged for one that lives some 60 days; nothing renews that.
 * https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived
 */
export const longLivedFacebook: Quirk = {
  fetch: (inner) =>
    onTokenRequest(inner, (call) => (isRefresh(call) ? send(inner, call) : exchange(inner, call))),
};

async function exchange(inner: typeof globalThis.fetch, call: FormCall): Promise<Response> {
  const response = await rewriteAnswer(await send(inner, call), graphError);
  const short = await peekFields(response);
  const token = short?.['access_token'];
  if (short === undefined || !response.ok || typeof token !== 'string') return response;
  await response.body?.cancel();
  const query = new URLSearchParams({
    grant_type: 'fb_exchange_token',
    client_id: call.form.get('client_id') ?? '',
    client_secret: call.form.get('client_secret') ?? '',
    fb_exchange_token: token,
  });
  // The code is spent: what it brought is kept, even if it does not last.
  const long = await sendQuery(inner, call, call.url, query)
    .then((reply) => (reply.ok ? peekFields(reply) : undefined))
    .catch(() => undefined);
  const fields = typeof long?.['access_token'] === 'string' ? { ...short, ...long } : short;
  return answer(fields, 200, response.headers);
}
