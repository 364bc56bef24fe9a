import type { ErrorCode } from '../errors.ts';

/** What the process ends with. Stable: service managers decide by it. Listed in docs/command-line.md. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  config: 3,
  portInUse: 4,
  storeLocked: 5,
  storeUnwritable: 6,
  archive: 7,
  /** The command needs the running broker. */
  notRunning: 8,
  /** No app or provider of that name, or several. */
  unknownName: 9,
  /** The user must sign in, or has declined to. */
  needsUser: 10,
  /** Client id and secret are missing or were refused. */
  needsCredentials: 11,
  /** The provider is away or in trouble: worth trying again. */
  tryAgain: 12,
  /** `doctor` has found one. */
  problem: 13,
  /** Ctrl-C, as shells have it: 128 and the number of SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** In words, for docs/command-line.md. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'Done. Of `serve`: ended because it was told to.',
  failure:
    'Something else went wrong, which is said; also: the answer to a question was no. Of `serve`: something unexpected, or a second signal while it was still stopping.',
  usage: 'The command line is wrong.',
  config: 'A configuration file cannot be read, or a setting is not valid.',
  portInUse: 'The port is in use.',
  storeLocked: 'Another `ovos-oauth` uses the same state folder.',
  storeUnwritable:
    'A folder cannot be written, a newer version of this program wrote the store, or `koffi` did not load.',
  archive: '`export` or `import`: the archive cannot be written, read or opened, or the passphrase is wrong.',
  notRunning: 'No broker is running for this user, or one of another version.',
  unknownName: 'No app or provider has that name, or several have it.',
  needsUser: 'The user must sign in (again), or has declined to.',
  needsCredentials: 'The client id or secret is missing, or the provider refuses it.',
  tryAgain: 'The provider cannot be reached or is in trouble; it is worth trying again later.',
  problem: '`doctor` has found something that does not work.',
  interrupted: 'Broken off by Ctrl-C. A sign-in under way is cancelled.',
};

const BY_ERROR: Readonly<Partial<Record<ErrorCode, ExitCode>>> = {
  config_unreadable: EXIT.config,
  config_invalid: EXIT.config,
  port_in_use: EXIT.portInUse,
  store_locked: EXIT.storeLocked,
  store_unwritable: EXIT.storeUnwritable,
  store_newer: EXIT.storeUnwritable,
  store_unsafe: EXIT.storeUnwritable,
  store_key_unreadable: EXIT.config,
  store_key_unknown: EXIT.config,
  lock_unavailable: EXIT.storeUnwritable,
  passphrase_unfit: EXIT.archive,
  passphrase_mismatch: EXIT.archive,
  passphrase_wrong: EXIT.archive,
  archive_exists: EXIT.archive,
  archive_unreadable: EXIT.archive,
  archive_unwritable: EXIT.archive,
  archive_damaged: EXIT.archive,
  archive_newer: EXIT.archive,
  daemon_not_running: EXIT.notRunning,
  daemon_outdated: EXIT.notRunning,
  control_unsafe: EXIT.notRunning,
  shutting_down: EXIT.notRunning,
  unknown_app: EXIT.unknownName,
  unknown_provider: EXIT.unknownName,
  name_misspelt: EXIT.unknownName,
  name_ambiguous: EXIT.unknownName,
  access_denied: EXIT.needsUser,
  attempt_expired: EXIT.needsUser,
  device_code_expired: EXIT.needsUser,
  not_connected: EXIT.needsUser,
  no_refresh_token: EXIT.needsUser,
  invalid_grant: EXIT.needsUser,
  moved: EXIT.needsUser,
  insufficient_scope: EXIT.needsUser,
  needs_credentials: EXIT.needsCredentials,
  invalid_client: EXIT.needsCredentials,
  registration_refused: EXIT.needsCredentials,
  provider_error: EXIT.tryAgain,
  provider_unreachable: EXIT.tryAgain,
  provider_timeout: EXIT.tryAgain,
  provider_bad_response: EXIT.tryAgain,
  too_many_requests: EXIT.tryAgain,
};

export function exitCodeOf(code: ErrorCode): ExitCode {
  return BY_ERROR[code] ?? EXIT.failure;
}
