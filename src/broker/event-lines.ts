import { defined } from '../defined.ts';
import { ERROR_KINDS, type ErrorCode } from '../errors.ts';
import type { Log, LogFields, LogLevel } from '../log.ts';
import type { ConnectionState } from '../store/records.ts';
import type { EventLog, LoggedEvent, LoggedEventKind } from './event-log.ts';

const SENTENCES: Readonly<Record<Exclude<LoggedEventKind, 'state_changed' | 'foreign_change'>, string>> = {
  registered: 'An app was registered.',
  credentials_set: 'Credentials were entered for an app.',
  client_registered: 'A client was registered at a provider.',
  change_waits: 'A skill wants to use other addresses for an app; the user has to allow it.',
  sign_in_started: 'A sign-in has started.',
  connected: 'A sign-in has connected.',
  sign_in_failed: 'A sign-in has ended without a token.',
  renewed: 'A token was renewed.',
  renewal_failed: 'A token could not be renewed.',
  reminder: 'The user will soon have to sign in again.',
  revoked: 'A connection was ended.',
  token_unsaved: 'A token cannot be saved; it is kept in memory until it can.',
  token_saved: 'A token that could not be saved is safe now.',
};

const STATE_SENTENCES: Readonly<Record<ConnectionState, string>> = {
  connected: 'An app is connected.',
  disconnected: 'An app is disconnected.',
  needs_user: 'An app needs its user to sign in again.',
  needs_credentials: 'An app needs credentials.',
};

// The rest is `info`, or depends.
const LEVELS: Readonly<Partial<Record<LoggedEventKind, LogLevel>>> = {
  renewed: 'debug',
  change_waits: 'warn',
  token_unsaved: 'error',
};

/**
 * Writes what happens into the log.
 *
 * @returns a function that stops it
 */
export function logEvents(eventLog: Pick<EventLog, 'subscribe'>, log: Log): () => void {
  return eventLog.subscribe((event) => {
    const sentence = sentenceFor(event);
    if (sentence !== undefined) log[levelOf(event)](sentence, fieldsOf(event));
  });
}

/** None for what the store, which knows more of it, writes itself. */
function sentenceFor({ kind, state }: LoggedEvent): string | undefined {
  if (kind === 'foreign_change') return undefined;
  if (kind === 'state_changed') return state === undefined ? undefined : STATE_SENTENCES[state];
  return SENTENCES[kind];
}

/** A warning is what somebody has to act on; what mends itself, or the user has chosen, is none. */
function levelOf({ kind, code, state }: LoggedEvent): LogLevel {
  if (kind === 'sign_in_failed') return isOfTheUser(code) ? 'info' : 'warn';
  if (kind === 'renewal_failed') return isTransient(code) ? 'info' : 'warn';
  if (state === 'needs_user' || state === 'needs_credentials') return 'warn';
  return LEVELS[kind] ?? 'info';
}

function isTransient(code: ErrorCode | undefined): boolean {
  return code !== undefined && ERROR_KINDS[code] === 'transient';
}

function isOfTheUser(code: ErrorCode | undefined): boolean {
  return code !== undefined && (ERROR_KINDS[code] === 'needs_user' || ERROR_KINDS[code] === 'request');
}

function fieldsOf({ mungedId, attempt, method, code, outcome }: LoggedEvent): LogFields {
  return { mungedId, ...defined({ attempt, method, code, reason: outcome }) };
}
