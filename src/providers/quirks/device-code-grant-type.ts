import { DEVICE_CODE_GRANT } from '../../oauth/grant-types.ts';
import type { Quirk } from './quirk.ts';
import { onTokenRequest, send } from './token-call.ts';

/**
 * Home Connect calls the device flow's grant type by its short name.
 * https://api-docs.home-connect.com/authorization/
 */
export const deviceCodeGrantType: Quirk = {
  fetch: (inner) =>
    onTokenRequest(inner, (call) => {
      const isDeviceFlow = call.form.get('grant_type') === DEVICE_CODE_GRANT;
      if (isDeviceFlow) call.form.set('grant_type', 'device_code');
      return send(inner, call);
    }),
};
