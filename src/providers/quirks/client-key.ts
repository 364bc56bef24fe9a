import type { Quirk } from './quirk.ts';
import { onForm, rename, send } from './token-call.ts';

/** TikTok calls the client id `client_key`. https://developers.tiktok.com/doc/oauth-user-access-token-management */
export const clientKey: Quirk = {
  authorizationRequest(params) {
    rename(params, 'client_id', 'client_key');
  },
  fetch: (inner) =>
    onForm(
      inner,
      (form) => form.has('client_id'),
      (call) => {
        rename(call.form, 'client_id', 'client_key');
        return send(inner, call);
      },
    ),
};
