import type { Quirk } from './quirk.ts';
import { isRefresh, onTokenRequest, send } from './token-call.ts';

/** GitLab and Reddit want the redirect URI of the sign-in in a refresh too. https://docs.gitlab.com/api/oauth2/ */
export const redirectUriOnRefresh: Quirk = {
  fetch: (inner, { redirectUri }) =>
    onTokenRequest(inner, (call) => {
      if (redirectUri !== undefined && isRefresh(call)) call.form.set('redirect_uri', redirectUri);
      return send(inner, call);
    }),
};
