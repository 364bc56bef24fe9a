import type { ErrorCode } from '../errors.ts';

/** What the process ends with. Stable: service managers decide by it. Listed in docs/configuration.md. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  config: 3,
  portInUse: 4,
  storeLocked: 5,
  storeUnwritable: 6,
  archive: 7,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

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
};

export function exitCodeOf(code: ErrorCode): ExitCode {
  return BY_ERROR[code] ?? EXIT.failure;
}
