import { rewriteAnswer, spaced } from './answer.ts';
import type { Quirk } from './quirk.ts';
import { onTokenRequest, send } from './token-call.ts';

/** GitHub, Slack, TikTok and Withings tell the granted scopes with commas between them. */
export const commaScopes: Quirk = {
  fetch: (inner) =>
    onTokenRequest(inner, async (call) =>
      rewriteAnswer(await send(inner, call), (fields) => {
        const { scope } = fields;
        return typeof scope === 'string' ? { fields: { ...fields, scope: spaced(scope) } } : undefined;
      }),
    ),
};
