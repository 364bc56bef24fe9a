import type { Clock } from '../clock.ts';
import { type ErrorCode, OAuthBrokerError } from '../errors.ts';
import { errorCodeForDisplay } from './provider-error.ts';
import { normaliseTokenReply } from './response-normalisation.ts';
import type { TokenSet } from './token-set.ts';

/**
 * Reads and judges a token endpoint's answer (RFC 6749 §5). The OAuth `error` counts before the HTTP status. A lifetime
 * counts from the request, not from when the answer is read: this process may have been frozen in between.
 *
 * @param askedAt when the request was sent, in milliseconds since boot
 * @throws OAuthBrokerError `invalid_grant`; `invalid_client`; `provider_rejected_request`: any other OAuth error;
 *   `provider_error`: a passing trouble, with `details.retry_after` in seconds where the server gave one;
 *   `provider_redirected`; `provider_bad_response`: not an OAuth answer at all
 */
export async function readTokenResponse(
  provider: string,
  response: Response,
  clock: Clock,
  askedAt: number,
): Promise<TokenSet> {
  const body = await readBody(provider, response);
  const age = clock.sinceBoot() - askedAt;
  const reply = normaliseTokenReply(body, (clock.now() - age) / 1000);
  if (reply.kind === 'token' && response.ok) return reply.tokenSet;
  throw refusal(provider, response, reply.kind === 'error' ? reply.error : undefined, clock);
}

/** @throws OAuthBrokerError `provider_redirected`; `provider_bad_response`: the body broke off */
export async function readBody(provider: string, response: Response): Promise<string> {
  const { status } = response;
  if (status >= 300 && status < 400) throw new OAuthBrokerError('provider_redirected', { provider, status });
  return response.text().catch((thrown: unknown) => {
    throw thrown instanceof OAuthBrokerError
      ? thrown
      : new OAuthBrokerError('provider_bad_response', { provider });
  });
}

/** What an answer means that holds the OAuth `error`, or neither one nor what was asked for. */
export function refusal(
  provider: string,
  { status, headers }: Response,
  error: string | undefined,
  clock: Clock,
): OAuthBrokerError {
  return new OAuthBrokerError(codeOf(error, status), {
    provider,
    status,
    ...(error === undefined ? {} : { error: errorCodeForDisplay(error) }),
    ...retryAfter(headers.get('retry-after'), clock),
  });
}

/** Turns what a fetch threw into an error of this program; `provider_unreachable` and `provider_timeout` mostly. */
export function transportError(provider: string, thrown: unknown): OAuthBrokerError {
  if (thrown instanceof OAuthBrokerError) return thrown;
  const timedOut =
    thrown instanceof Error && (thrown.name === 'TimeoutError' || thrown.name === 'AbortError');
  return new OAuthBrokerError(timedOut ? 'provider_timeout' : 'provider_unreachable', { provider });
}

const CODE_OF_ERROR: ReadonlyMap<string, ErrorCode> = new Map([
  ['invalid_grant', 'invalid_grant'],
  ['invalid_client', 'invalid_client'],
  ['unauthorized_client', 'invalid_client'],
  ['server_error', 'provider_error'],
  ['temporarily_unavailable', 'provider_error'],
  ['slow_down', 'provider_error'],
]);

function codeOf(error: string | undefined, status: number): ErrorCode {
  const known = error === undefined ? undefined : CODE_OF_ERROR.get(error);
  if (known !== undefined) return known;
  if (status === 401) return 'invalid_client'; // RFC 6749 §5.2 gives this status to nothing else
  if (status === 408 || status === 429 || status >= 500) return 'provider_error';
  return error === undefined ? 'provider_bad_response' : 'provider_rejected_request';
}

/** RFC 9110 §10.2.3: seconds or a date. */
function retryAfter(header: string | null, clock: Clock): { readonly retry_after?: number } {
  if (header === null) return {};
  const seconds = /^\d+$/.test(header)
    ? Number(header)
    : Math.ceil((Date.parse(header) - clock.now()) / 1000);
  return Number.isSafeInteger(seconds) && seconds >= 0 ? { retry_after: seconds } : {};
}
