import type { JsonObject } from '../json.ts';

/**
 * What of ovos-config's own mycroft.conf decides how the layers are merged. The defaults of the settings themselves
 * are in `settings.ts`.
 */
export const BUILT_IN: JsonObject = {
  system: {
    disable_user_config: false,
    disable_remote_config: false,
    protected_keys: {
      remote: [
        'system',
        'websocket',
        'gui_websocket',
        'network_tests',
        'listener:channels',
        'listener:sample_rate',
      ],
      user: [],
    },
  },
};
