import { expect, test } from 'vitest';
import { recordedLog } from '../../test/support/recorded-log.ts';
import type { MungedId } from '../store/records.ts';
import type { AttemptId } from './attempt-id.ts';
import { logEvents } from './event-lines.ts';
import { EventLog, type Happening } from './event-log.ts';

const mungedId = 'music_spotify' as MungedId;
const signIn = { mungedId, attempt: 'K7Q2-M9XD' as AttemptId, method: 'lan' } as const;

function linesOf(...happenings: readonly Happening[]) {
  const eventLog = new EventLog({ now: () => 0 });
  const log = recordedLog();
  const stop = logEvents(eventLog, log);
  for (const happening of happenings) eventLog.add(happening);
  stop();
  eventLog.add({ kind: 'renewed', mungedId });
  return log.lines;
}

test('a sign-in is found by the name that its user can read out', () => {
  expect(linesOf({ kind: 'sign_in_started', ...signIn }, { kind: 'connected', ...signIn })).toEqual([
    { level: 'info', message: 'A sign-in has started.', ...signIn },
    { level: 'info', message: 'A sign-in has connected.', ...signIn },
  ]);
});

test.each<[Happening, string]>([
  [{ kind: 'renewed', mungedId }, 'debug'],
  [{ kind: 'renewal_failed', mungedId, code: 'provider_timeout' }, 'info'],
  [{ kind: 'renewal_failed', mungedId, code: 'invalid_grant' }, 'warn'],
  [{ kind: 'state_changed', mungedId, state: 'needs_user', code: 'invalid_grant' }, 'warn'],
  [{ kind: 'state_changed', mungedId, state: 'needs_credentials' }, 'warn'],
  [{ kind: 'state_changed', mungedId, state: 'connected' }, 'info'],
  [{ kind: 'sign_in_failed', ...signIn, code: 'access_denied' }, 'info'],
  [{ kind: 'sign_in_failed', ...signIn, code: 'attempt_expired' }, 'info'],
  [{ kind: 'sign_in_failed', ...signIn, code: 'invalid_client' }, 'warn'],
  [{ kind: 'token_unsaved', mungedId }, 'error'],
])('%j is told at the level %s', (happening, level) => {
  expect(linesOf(happening).map((line) => line.level)).toEqual([level]);
});

test('what another program wrote is left to the store, which says more of it', () => {
  expect(linesOf({ kind: 'foreign_change', mungedId, what: 'token_adopted' })).toEqual([]);
});
