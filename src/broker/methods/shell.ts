import { loopback } from './loopback.ts';
import type { MethodRule } from './method.ts';

/** The web view of ovos-shell, which stops at the answer and forwards its address over the bus. */
export const shell: MethodRule = {
  method: 'shell',
  judge({ asker, app, provider }) {
    if (asker !== 'shell') return { refused: 'no_shell' };
    if (app.isUrlClientId) return { refused: 'client_id_binds_redirect' };
    return provider.takesLoopback === false ? { refused: 'provider_refuses_loopback' } : 'in_the_shell';
  },
  ...(loopback.redirectUri === undefined ? {} : { redirectUri: loopback.redirectUri }),
};
