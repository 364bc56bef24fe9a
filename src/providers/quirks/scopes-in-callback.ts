import { spaced } from './answer.ts';
import type { Quirk } from './quirk.ts';

/**
 * Strava lets the user untick scopes and tells only in the callback which are left.
 * https://developers.strava.com/docs/authentication/
 */
export const scopesInCallback: Quirk = {
  grantedScope(callback) {
    const scope = callback.get('scope');
    return scope === null ? undefined : spaced(scope);
  },
};
