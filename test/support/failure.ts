import { expect } from 'vitest';
import type { OAuthBrokerError } from '../../src/errors.ts';

/** What an attempt fails with; the test fails where it succeeds. */
export function failure(attempt: Promise<unknown>): Promise<OAuthBrokerError> {
  return attempt.then(
    () => expect.unreachable('it succeeded'),
    (error: OAuthBrokerError) => error,
  );
}
