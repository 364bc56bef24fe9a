import type { Quirk } from './quirk.ts';
import { onForm, send } from './token-call.ts';

/**
 * Home Assistant revokes at its token endpoint, where `action=revoke` tells a revocation from a token request.
 * https://developers.home-assistant.io/docs/auth_api#revoking-a-refresh-token
 */
export const homeAssistantRevoke: Quirk = {
  fetch: (inner) =>
    onForm(
      inner,
      (form) => form.has('token') && !form.has('grant_type'),
      (call) => {
        call.form.set('action', 'revoke');
        return send(inner, call);
      },
    ),
};
