/**
 * What a failure asks of whoever meets it:
 * - `request`: the caller sent something wrong; sending it again will fail again.
 * - `config`: whoever registered or installed the app must mend its settings.
 * - `needs_user`: only the user can help, by signing in again.
 * - `transient`: nobody needs to do anything but wait and try again.
 */
export type ErrorKind = 'request' | 'config' | 'needs_user' | 'transient';

/**
 * Every code that leaves this program, with its kind. Codes are stable: clients compare them.
 * The sentences are in `locale/`, one per code and language; `docs/errors.md` lists them all.
 */
export const ERROR_KINDS = {
  // Requests on the bus, the command line or the web.
  invalid_request: 'request',
  unknown_app: 'request',
  app_id_taken: 'request',
  too_many_apps: 'request',
  endpoint_invalid: 'request',
  endpoint_insecure: 'request',
  change_unconfirmed: 'needs_user',
  not_found: 'request',
  method_not_allowed: 'request',
  host_not_allowed: 'request',
  request_too_large: 'request',
  form_outdated: 'request',
  too_many_requests: 'transient',
  // The app's own settings.
  needs_credentials: 'config',
  invalid_client: 'config',
  provider_rejected_request: 'config',
  discovery_failed: 'config',
  registration_refused: 'config',
  // A sign-in under way.
  link_unknown: 'request',
  attempt_unknown: 'request',
  attempt_used: 'request',
  attempt_expired: 'needs_user',
  attempt_cancelled: 'request',
  device_code_expired: 'needs_user',
  attempt_foreign: 'request',
  attempt_other_browser: 'request',
  paste_empty: 'request',
  paste_no_code: 'request',
  paste_other_site: 'request',
  method_not_possible: 'request',
  callback_malformed: 'request',
  issuer_mismatch: 'request',
  access_denied: 'needs_user',
  // Tokens.
  not_connected: 'needs_user',
  no_refresh_token: 'needs_user',
  invalid_grant: 'needs_user',
  moved: 'needs_user',
  insufficient_scope: 'needs_user',
  // The provider's side.
  provider_error: 'transient',
  provider_unreachable: 'transient',
  provider_timeout: 'transient',
  provider_bad_response: 'transient',
  provider_redirected: 'config',
  // Moving to another device.
  passphrase_unfit: 'request',
  passphrase_mismatch: 'request',
  passphrase_wrong: 'request',
  archive_exists: 'request',
  archive_unreadable: 'request',
  archive_unwritable: 'request',
  archive_damaged: 'request',
  archive_newer: 'config',
  confirmation_needed: 'request',
  move_unfinished: 'transient',
  // The command line.
  daemon_not_running: 'config',
  daemon_outdated: 'config',
  control_unsafe: 'config',
  unknown_provider: 'request',
  name_misspelt: 'request',
  name_ambiguous: 'request',
  revocation_unconfirmed: 'request',
  // This program's side.
  store_unavailable: 'transient',
  store_denied: 'config',
  no_common_store: 'config',
  share_conflict: 'request',
  store_moving: 'config',
  store_locked: 'config',
  store_unwritable: 'config',
  store_newer: 'config',
  store_unsafe: 'config',
  store_key_unreadable: 'config',
  store_key_unknown: 'config',
  store_seal_broken: 'config',
  lock_unavailable: 'config',
  config_unreadable: 'config',
  config_invalid: 'config',
  port_in_use: 'config',
  qr_unavailable: 'transient',
  shutting_down: 'transient',
  internal: 'transient',
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_KINDS;

/** Values that a sentence names, such as the app or the field. Never a secret: they are shown and logged. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** The only error type that crosses a room of this program. Its message is for developers; users read `locale/`. */
export class OAuthBrokerError extends Error {
  override readonly name = 'OAuthBrokerError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(`${code} ${JSON.stringify(details)}`, options);
    this.code = code;
    this.details = details;
  }

  /** Seconds after which it is worth trying again, where the server or a circuit said so (`details.retry_after`). */
  get retryAfter(): number | undefined {
    const { retry_after: seconds } = this.details;
    return typeof seconds === 'number' ? seconds : undefined;
  }

  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }
}

/** Turns whatever was thrown into an {@link OAuthBrokerError}; the unexpected becomes `internal`. */
export function asBrokerError(thrown: unknown): OAuthBrokerError {
  return thrown instanceof OAuthBrokerError
    ? thrown
    : new OAuthBrokerError('internal', {}, { cause: thrown });
}
