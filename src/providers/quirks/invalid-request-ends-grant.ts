import { oauthError, rewriteAnswer } from './answer.ts';
import type { Quirk } from './quirk.ts';
import { isRefresh, onTokenRequest, send } from './token-call.ts';

/** Nextcloud calls a dead refresh token an `invalid_request`. */
export const invalidRequestEndsGrant: Quirk = {
  fetch: (inner) =>
    onTokenRequest(inner, async (call) => {
      const response = await send(inner, call);
      if (!isRefresh(call)) return response;
      return rewriteAnswer(response, ({ error }) =>
        error === 'invalid_request' ? oauthError('invalid_grant') : undefined,
      );
    }),
};
