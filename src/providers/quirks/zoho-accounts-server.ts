import { oauthError, rewriteAnswer } from './answer.ts';
import type { Quirk } from './quirk.ts';
import { onTokenRequest, send } from './token-call.ts';

// https://zoho.com/accounts/protocol/oauth/multi-dc.html, and China, which https://www.bigin.com/developer/docs/apis/multi-dc.html adds
const SERVERS: ReadonlyMap<string, string> = new Map([
  ['us', 'https://accounts.zoho.com'],
  ['eu', 'https://accounts.zoho.eu'],
  ['in', 'https://accounts.zoho.in'],
  ['au', 'https://accounts.zoho.com.au'],
  ['jp', 'https://accounts.zoho.jp'],
  ['ca', 'https://accounts.zohocloud.ca'],
  ['sa', 'https://accounts.zoho.sa'],
  ['uk', 'https://accounts.zoho.uk'],
  ['cn', 'https://accounts.zoho.com.cn'],
]);
const ORIGINS: ReadonlySet<string> = new Set(SERVERS.values());

/**
 * Zoho keeps an account in one of its regions and tells in the callback whose server has it: there the code and all
 * refresh tokens are spent. A code or refresh token that is no good is an `invalid_code`, under status 200.
 * https://www.zoho.com/accounts/protocol/oauth/multi-dc/client-authorization.html
 */
export const zohoAccountsServer: Quirk = {
  tokenEndpoint(configured, callback) {
    const named = originOf(callback.get('accounts-server'));
    const server =
      named !== undefined && ORIGINS.has(named) ? named : SERVERS.get(callback.get('location') ?? '');
    return server === undefined ? configured : new URL(new URL(configured).pathname, server).href;
  },
  fetch: (inner) =>
    onTokenRequest(inner, async (call) =>
      rewriteAnswer(await send(inner, call), ({ error }) =>
        error === 'invalid_code' ? oauthError('invalid_grant') : undefined,
      ),
    ),
};

function originOf(address: string | null): string | undefined {
  return address !== null && URL.canParse(address) ? new URL(address).origin : undefined;
}
