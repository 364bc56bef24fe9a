import type { MethodRule } from './method.ts';

/** A code that the user types at the provider (RFC 8628); there is no redirect. */
export const device: MethodRule = {
  method: 'device',
  judge({ provider }) {
    if (provider.deviceFlow === 'yes') return 'device_flow_best';
    return { refused: provider.deviceFlow === 'limited' ? 'device_flow_limited' : 'device_flow_missing' };
  },
};
