/**
 * What it takes to get a token:
 * - `needs_user`: the user has to sign in (again).
 * - `needs_credentials`: a client id or secret is missing, or the provider does not accept it.
 * - `transient`: nothing but time; see `retryAfter`. Also where no broker answered.
 * - `unknown_app`: the skill has to send `oauth.register` first.
 * - `invalid_request`: the request itself is wrong.
 */
export type AccessTokenErrorCode =
  | 'needs_user'
  | 'needs_credentials'
  | 'transient'
  | 'unknown_app'
  | 'invalid_request';

export interface AccessTokenErrorOptions {
  readonly reason?: string;
  readonly hint?: string;
  readonly retryAfter?: number;
}

/** Why there is no access token. The message is a sentence in the user's language, fit to be spoken. */
export class AccessTokenError extends Error {
  override readonly name = 'AccessTokenError';
  readonly code: AccessTokenErrorCode;
  /** The exact cause: a code of docs/errors.md, or `no_answer` where no broker answered. */
  readonly reason: string;
  /** What the user can do, a sentence in their language. */
  readonly hint?: string;
  /** Seconds to wait before the next try, where the provider said so. */
  readonly retryAfter?: number;

  constructor(code: AccessTokenErrorCode, message: string, options: AccessTokenErrorOptions = {}) {
    super(message);
    this.code = code;
    this.reason = options.reason ?? code;
    if (options.hint !== undefined) this.hint = options.hint;
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter;
  }
}
