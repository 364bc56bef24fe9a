import { callbackUri, callbackUriAt } from '../redirect-uri.ts';
import type { MethodRule, Place } from './method.ts';

/** A browser on the device itself (RFC 8252 §7.3). */
export const loopback: MethodRule = {
  method: 'loopback',
  judge({ asker, app, provider }) {
    if (asker !== 'browser') return { refused: 'other_machine' };
    if (app.clientIdBindsTo === 'elsewhere') return { refused: 'client_id_binds_redirect' };
    if (app.clientIdBindsTo !== undefined) return 'same_machine';
    return provider.takesLoopback === false ? { refused: 'provider_refuses_loopback' } : 'same_machine';
  },
  redirectUri: loopbackUri,
};

/** The redirect URI of every method whose browser need not reach the device over the network. */
export function loopbackUri({ loopbackHost, port, mungedId, boundOrigin }: Place): string {
  return boundOrigin === undefined
    ? callbackUri(loopbackHost, port, mungedId)
    : callbackUriAt(boundOrigin, mungedId);
}
