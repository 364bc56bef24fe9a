import { callbackUri } from '../redirect-uri.ts';
import type { MethodRule } from './method.ts';

/** A browser on the device itself (RFC 8252 §7.3). */
export const loopback: MethodRule = {
  method: 'loopback',
  judge({ asker, app, provider }) {
    if (asker !== 'browser') return { refused: 'other_machine' };
    if (app.isUrlClientId) return { refused: 'client_id_binds_redirect' };
    return provider.takesLoopback === false ? { refused: 'provider_refuses_loopback' } : 'same_machine';
  },
  redirectUri: ({ loopbackHost, port, mungedId }) => callbackUri(loopbackHost, port, mungedId),
};
