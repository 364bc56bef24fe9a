import { attemptIdOf } from '../../broker/attempt-id.ts';
import type { MethodChoice } from '../../broker/methods/method.ts';
import { defined } from '../../defined.ts';
import type { Attempt, DeviceCodes } from '../../store/records.ts';

/** The name of an attempt and its end, in seconds since the Unix epoch. */
export function attemptFields({ state, expiresAt }: Pick<Attempt, 'state' | 'expiresAt'>) {
  return { expires_at: expiresAt / 1_000, attempt_id: attemptIdOf(state) };
}

/** The ways to sign in, as messages list them. */
export function methodFields({ methods }: { readonly methods: readonly MethodChoice[] }) {
  return { methods: methods.map(({ method, offered, reason }) => ({ method, offered, reason })) };
}

/** What the user types at the provider; nothing in a sign-in without a device code. */
export function deviceFields(device: Omit<DeviceCodes, 'deviceCode' | 'interval'> | undefined) {
  if (device === undefined) return {};
  const { userCode, verificationUri, verificationUriComplete } = device;
  return {
    user_code: userCode,
    verification_uri: verificationUri,
    ...defined({ verification_uri_complete: verificationUriComplete }),
  };
}
