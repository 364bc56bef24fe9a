import type { Quirk } from './quirk.ts';
import { onTokenRequest } from './token-call.ts';

/**
 * Notion and Trakt take a token request as JSON. https://developers.notion.com/reference/create-a-token
 *
 * Must be the first of a provider's quirks: those after it still see a form.
 */
export const jsonTokenRequest: Quirk = {
  fetch: (inner) =>
    onTokenRequest(inner, ({ url, init, form }) => {
      const headers = new Headers(init.headers);
      headers.set('content-type', 'application/json');
      // Notion, which authenticates by Basic, refuses members that it does not know.
      if (headers.has('authorization')) form.delete('client_id');
      const body = JSON.stringify(Object.fromEntries(form));
      return inner(url, { ...init, headers: Object.fromEntries(headers), body });
    }),
};
