import type { JsonObject } from '../../json.ts';
import { answer, oauthError } from './answer.ts';
import type { Quirk } from './quirk.ts';
import { onTokenRequest, rename, send, sendQuery } from './token-call.ts';

/**
 * Deezer has names of its own (`app_id`, `secret`, `perms`), takes the code by GET and answers with a query string, or
 * with the bare words `wrong code`. https://developers.deezer.com/api/oauth
 */
export const deezerForm: Quirk = {
  authorizationRequest(params) {
    rename(params, 'client_id', 'app_id');
    rename(params, 'scope', 'perms');
  },
  fetch: (inner) =>
    onTokenRequest(inner, async (call) => {
      const code = call.form.get('code');
      if (code === null) return send(inner, call);
      const query = new URLSearchParams({
        app_id: call.form.get('client_id') ?? '',
        secret: call.form.get('client_secret') ?? '',
        code,
      });
      const response = await sendQuery(inner, call, call.url, query);
      if (!response.ok) return response;
      const { fields, status } = standardise(await response.text());
      return answer(fields, status, response.headers);
    }),
};

function standardise(text: string): { fields: JsonObject; status: number } {
  const {
    access_token: accessToken,
    expires,
    ...others
  } = Object.fromEntries(new URLSearchParams(text.trim()));
  if (accessToken === undefined) {
    const { fields, status } = oauthError(/wrong code/i.test(text) ? 'invalid_grant' : 'invalid_request');
    return { fields, status: status ?? 400 };
  }
  // 0 with the scope offline_access: the token has no end.
  const lifetime = expires === undefined || expires === '0' ? {} : { expires_in: expires };
  return { fields: { ...others, access_token: accessToken, ...lifetime }, status: 200 };
}
