import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ErrorCode, ErrorKind } from '../errors.ts';
import { ERROR_KINDS } from '../errors.ts';

const STATUS_OF_KIND: Readonly<Record<ErrorKind, ContentfulStatusCode>> = {
  request: 400,
  config: 409,
  needs_user: 403,
  transient: 500,
};

const STATUS_OF_CODE: Readonly<Partial<Record<ErrorCode, ContentfulStatusCode>>> = {
  not_found: 404,
  method_not_allowed: 405,
  // RFC 9110 §15.5.20: the request was directed at a server that gives no answer for this host.
  host_not_allowed: 421,
  request_too_large: 413,
  too_many_requests: 429,
  unknown_app: 404,
  link_unknown: 404,
  attempt_used: 410,
  attempt_expired: 410,
  attempt_other_browser: 403,
  invalid_client: 502,
  provider_rejected_request: 502,
  provider_redirected: 502,
  provider_error: 502,
  provider_unreachable: 502,
  provider_bad_response: 502,
  provider_timeout: 504,
  store_unavailable: 503,
  shutting_down: 503,
};

/** The HTTP status of a page that shows this error; never one of success. */
export function httpStatusOf(code: ErrorCode): ContentfulStatusCode {
  return STATUS_OF_CODE[code] ?? STATUS_OF_KIND[ERROR_KINDS[code]];
}
