import { OAuthBrokerError } from '../errors.ts';
import type { Attempt, DeviceCodes } from '../store/records.ts';
import type { Landing } from './types.ts';

/** What of a device flow the user may see. */
export function withoutSecret(device: DeviceCodes): Omit<DeviceCodes, 'deviceCode' | 'interval'> {
  const { deviceCode: _secret, interval: _ours, ...shown } = device;
  return shown;
}

/** How the device flows of a link stand, without what is secret. */
export function deviceFlowOf(attempts: readonly Attempt[]): Pick<Landing, 'device' | 'deviceFailure'> {
  const flows = attempts.filter(({ device }) => device !== undefined);
  const { device, expiresAt = 0 } = flows.find(({ end }) => end === undefined) ?? {};
  if (device !== undefined) {
    return { device: { ...withoutSecret(device), expiresAt } };
  }
  const outcome = flows.at(-1)?.end?.outcome;
  if (outcome === undefined || outcome === 'connected') return {};
  return { deviceFailure: new OAuthBrokerError(outcome) };
}
