import * as v from 'valibot';
import { METHODS } from '../broker/methods/method.ts';
import type { WaitingSignIn } from '../broker/types.ts';
import { defined } from '../defined.ts';
import { attemptId, field, mungedId, optional, seconds, time } from './fields.ts';

/** What the user types at the provider (RFC 8628 §3.2). */
export const deviceFields = {
  user_code: optional(v.string(), 'By the method `device`: the code that the user types at the provider.'),
  verification_uri: optional(v.string(), 'Likewise: the page on which it is typed.'),
  verification_uri_complete: optional(v.string(), 'Likewise: that page with the code filled in.'),
};

/** A sign-in that waits for somebody to go through it. */
export const waitingSignIn = v.strictObject({
  munged_id: mungedId,
  attempt_id: attemptId,
  method: field(v.picklist(METHODS), 'How the answer of the provider comes back.'),
  started_at: field(time, 'When it was started.'),
  expires_at: field(time, 'When it ends by itself.'),
  ...deviceFields,
});

export function waitingOf({ app, attempt, method, startedAt, expiresAt, device }: WaitingSignIn) {
  return {
    munged_id: app.mungedId,
    attempt_id: attempt,
    method,
    started_at: seconds(startedAt),
    expires_at: seconds(expiresAt),
    ...deviceFieldsOf(device),
  } satisfies v.InferOutput<typeof waitingSignIn>;
}

export function deviceFieldsOf(device: WaitingSignIn['device']) {
  return defined({
    user_code: device?.userCode,
    verification_uri: device?.verificationUri,
    verification_uri_complete: device?.verificationUriComplete,
  });
}
