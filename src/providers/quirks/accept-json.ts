import type { Quirk } from './quirk.ts';

/**
 * GitHub answers in the form of a query unless JSON is asked for.
 * https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export const acceptJson: Quirk = {
  fetch: (inner) => (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('accept', 'application/json');
    return inner(input, { ...init, headers: Object.fromEntries(headers) });
  },
};
