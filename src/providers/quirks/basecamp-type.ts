import type { Quirk } from './quirk.ts';
import { isRefresh, onTokenRequest, send } from './token-call.ts';

/**
 * Basecamp speaks draft 5 of OAuth 2, where `type` stood for `grant_type`, and wants the redirect URI in a refresh too.
 * https://github.com/basecamp/api/blob/master/sections/authentication.md
 */
export const basecampType: Quirk = {
  authorizationRequest(params) {
    params.set('type', 'web_server');
  },
  fetch: (inner, { redirectUri }) =>
    onTokenRequest(inner, (call) => {
      call.form.set('type', isRefresh(call) ? 'refresh' : 'web_server');
      if (redirectUri !== undefined && isRefresh(call)) call.form.set('redirect_uri', redirectUri);
      return send(inner, call);
    }),
};
