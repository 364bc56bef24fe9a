import { callbackUri } from '../redirect-uri.ts';
import type { MethodRule } from './method.ts';

/** A phone that comes back to the device's own address on the LAN. */
export const lan: MethodRule = {
  method: 'lan',
  judge({ app, provider, network }) {
    if (!network.hasLanAddress) return { refused: 'no_lan_address' };
    if (app.clientIdBindsTo === 'lan') return 'provider_takes_lan';
    if (app.clientIdBindsTo !== undefined) return { refused: 'client_id_binds_redirect' };
    if (provider.takesPrivateHttp === true) return 'provider_takes_lan';
    if (provider.takesPrivateHttp === false) return { refused: 'provider_refuses_lan' };
    return provider.isPrivate ? 'provider_takes_lan' : 'provider_may_take_lan';
  },
  redirectUri: ({ lanHost, port, mungedId }) => callbackUri(lanHost, port, mungedId),
};
