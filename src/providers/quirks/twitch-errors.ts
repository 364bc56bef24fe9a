import { oauthError, rewriteAnswer } from './answer.ts';
import type { Quirk } from './quirk.ts';
import { onTokenRequest, send } from './token-call.ts';

// Lower case: the case differs from one to the other.
const ERROR_OF_MESSAGE: ReadonlyMap<string, string> = new Map([
  ['invalid refresh token', 'invalid_grant'],
  ['invalid authorization code', 'invalid_grant'],
  ['invalid client', 'invalid_client'],
  ['invalid client secret', 'invalid_client'],
  ['missing client secret', 'invalid_client'],
]);

/** Twitch tells what is wrong in `message`. https://dev.twitch.tv/docs/authentication/refresh-tokens/ */
export const twitchErrors: Quirk = {
  fetch: (inner) =>
    onTokenRequest(inner, async (call) =>
      rewriteAnswer(await send(inner, call), ({ message }, status) => {
        if (status < 400 || typeof message !== 'string') return undefined;
        const error = ERROR_OF_MESSAGE.get(message.toLowerCase());
        return error === undefined ? undefined : oauthError(error);
      }),
    ),
};
