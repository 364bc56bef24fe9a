import { METHOD_REASONS, type MethodReason } from '../../broker/methods/reasons.ts';
import { OAuthBrokerError } from '../../errors.ts';
import { errorWordsFor, explain } from '../../locale/index.ts';
import type { Failure } from '../api/fields.ts';

/**
 * An error as a message carries it.
 *
 * @param lang BCP 47 tag
 * @param app how the sentence calls the app, where the error itself does not say
 */
export function failureOf(error: OAuthBrokerError, lang: string, app: string): Failure {
  const words = errorWordsFor(lang);
  const shown = { provider: words.someProvider, app, ...error.details };
  const {
    retryAfter,
    details: { reason, attempt },
  } = error;
  return {
    ...explain(words, new OAuthBrokerError(error.code, shown)),
    error_code: error.code,
    ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
    ...(typeof attempt === 'string' ? { attempt_id: attempt } : {}),
    ...(error.code === 'method_not_possible' && isMethodReason(reason) ? { reason } : {}),
  };
}

function isMethodReason(value: unknown): value is MethodReason {
  return METHOD_REASONS.some((reason) => reason === value);
}
