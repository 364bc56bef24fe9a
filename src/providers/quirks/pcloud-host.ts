import { oauthError, rewriteAnswer } from './answer.ts';
import type { Quirk } from './quirk.ts';
import { onTokenRequest, send } from './token-call.ts';

const HOSTS: ReadonlySet<string> = new Set(['api.pcloud.com', 'eapi.pcloud.com']);

/**
 * pCloud keeps an account in the USA or in Europe and tells in the callback whose server has it. Errors are 200 with a
 * `result` other than 0. https://docs.pcloud.com/methods/oauth_2.0/authorize.html
 */
export const pcloudHost: Quirk = {
  tokenEndpoint(configured, callback) {
    const hostname = callback.get('hostname');
    if (hostname === null || !HOSTS.has(hostname)) return configured;
    const endpoint = new URL(configured);
    endpoint.host = hostname;
    return endpoint.href;
  },
  fetch: (inner) =>
    onTokenRequest(inner, async (call) =>
      rewriteAnswer(await send(inner, call), ({ result, error }) => {
        if (result === undefined || result === 0) return undefined;
        const text = typeof error === 'string' ? error : '';
        if (/client/i.test(text)) return oauthError('invalid_client');
        return oauthError(/code/i.test(text) ? 'invalid_grant' : 'invalid_request');
      }),
    ),
};
