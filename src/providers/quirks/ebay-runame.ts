import type { Quirk, QuirkContext } from './quirk.ts';
import { onTokenRequest, send } from './token-call.ts';

/**
 * eBay names the redirect URI by an RuName, which its developer site gives out; the address itself is only registered
 * there. https://developer.ebay.com/api-docs/static/oauth-redirect-uri.html
 */
export const ebayRuname: Quirk = {
  authorizationRequest: replaceRedirectUri,
  fetch: (inner, context) =>
    onTokenRequest(inner, (call) => {
      replaceRedirectUri(call.form, context);
      return send(inner, call);
    }),
};

function replaceRedirectUri(params: URLSearchParams, { parameters }: QuirkContext): void {
  const ruName = parameters?.['ru_name'];
  if (ruName !== undefined && params.has('redirect_uri')) params.set('redirect_uri', ruName);
}
