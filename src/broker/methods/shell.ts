import { loopbackUri } from './loopback.ts';
import type { MethodRule } from './method.ts';

/** The web view of ovos-shell, which stops at the answer and forwards its address over the bus. */
export const shell: MethodRule = {
  method: 'shell',
  judge({ asker, app, provider }) {
    if (asker !== 'shell') return { refused: 'no_shell' };
    // The web view stops at the answer, whether or not its address leads anywhere.
    if (app.clientIdBindsTo !== undefined) return 'in_the_shell';
    return provider.takesLoopback === false ? { refused: 'provider_refuses_loopback' } : 'in_the_shell';
  },
  redirectUri: loopbackUri,
};
