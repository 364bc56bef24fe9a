import * as v from 'valibot';
import type { LoggedEvent } from '../../broker/event-log.ts';
import { defined } from '../../defined.ts';
import { field, mungedId, optional, seconds, time } from '../fields.ts';
import { stream } from '../operation.ts';

/** Events that wait for a reader who is slower than the broker; beyond this the oldest are left out. */
const MOST_WAITING = 1_000;

const loggedEvent = v.strictObject({
  id: field(v.number(), 'Grows by one from event to event; starts anew with the broker.'),
  at: field(time, 'When it happened.'),
  kind: field(v.string(), 'What happened.'),
  munged_id: mungedId,
  attempt_id: optional(v.string(), 'Of which sign-in.'),
  method: optional(v.string(), 'How the answer of the provider comes back in that sign-in.'),
  code: optional(v.string(), 'What went wrong: a code of [errors.md](errors.md).'),
  state: optional(v.string(), 'With `state_changed`: the new state.'),
  outcome: optional(v.string(), 'With `revoked`: what the provider said.'),
  what: optional(v.string(), 'With `foreign_change`: what another program did to the shared files.'),
});

export const operation = stream({
  about: 'What happened lately and, if wanted, from now on. Nothing in it is secret.',
  request: v.strictObject({
    most: optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 'How many of the events until now.'),
    follow: optional(v.boolean(), 'Whether to go on with what happens from now on.'),
  }),
  event: loggedEvent,
  async *events({ most, follow = false }, { broker }, signal) {
    const queue: LoggedEvent[] = [...broker.eventLog.recent(most)];
    let wake = (): void => {};
    const unsubscribe = follow
      ? broker.eventLog.subscribe((event) => {
          queue.push(event);
          if (queue.length > MOST_WAITING) queue.shift();
          wake();
        })
      : () => {};
    signal.addEventListener('abort', () => wake());
    try {
      for (;;) {
        for (let event = queue.shift(); event !== undefined; event = queue.shift()) yield eventOf(event);
        if (!follow || signal.aborted) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      unsubscribe();
    }
  },
});

function eventOf({ id, at, kind, mungedId, attempt, method, code, state, outcome, what }: LoggedEvent) {
  return {
    id,
    at: seconds(at),
    kind,
    munged_id: mungedId,
    ...defined({ attempt_id: attempt, method, code, state, outcome, what }),
  };
}
