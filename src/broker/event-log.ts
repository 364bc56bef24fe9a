import type { Clock } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';
import type { ForeignChange } from '../store/port.ts';
import type { ConnectionState, Method, MungedId } from '../store/records.ts';
import type { AttemptId } from './attempt-id.ts';
import type { RevocationOutcome } from './revoker.ts';

const MOST_EVENTS = 500;

/** What happened, with nothing in it but names, codes and times: there is no field that could hold a secret. */
export type Happening =
  | { readonly kind: 'registered' | 'credentials_set' | 'client_registered'; readonly mungedId: MungedId }
  /** A registration with other endpoints waits for the user. */
  | { readonly kind: 'change_waits'; readonly mungedId: MungedId }
  | {
      readonly kind: 'sign_in_started' | 'connected';
      readonly mungedId: MungedId;
      readonly attempt: AttemptId;
      readonly method: Method;
    }
  | {
      readonly kind: 'sign_in_failed';
      readonly mungedId: MungedId;
      readonly attempt: AttemptId;
      readonly method: Method;
      readonly code: ErrorCode;
    }
  | { readonly kind: 'renewed'; readonly mungedId: MungedId }
  | { readonly kind: 'renewal_failed'; readonly mungedId: MungedId; readonly code: ErrorCode }
  /** `code` says why, where the state is not `connected`. */
  | {
      readonly kind: 'state_changed';
      readonly mungedId: MungedId;
      readonly state: ConnectionState;
      readonly code?: ErrorCode;
    }
  /** The end of a grant draws near. */
  | { readonly kind: 'reminder'; readonly mungedId: MungedId }
  | { readonly kind: 'revoked'; readonly mungedId: MungedId; readonly outcome: RevocationOutcome }
  /** Another program has written one of the shared files. */
  | { readonly kind: 'foreign_change'; readonly mungedId: MungedId; readonly what: ForeignChange['what'] }
  /** A token set is in memory only, since the store could not be written; or it is safe after all. */
  | { readonly kind: 'token_unsaved' | 'token_saved'; readonly mungedId: MungedId };

export type LoggedEventKind = Happening['kind'];

/** Every field that some kind of event has. */
export interface LoggedEvent {
  /** Grows by one from event to event; starts anew with the process. */
  readonly id: number;
  /** Milliseconds since the Unix epoch, by the device's clock. */
  readonly at: number;
  readonly kind: LoggedEventKind;
  readonly mungedId: MungedId;
  readonly attempt?: AttemptId;
  readonly method?: Method;
  readonly code?: ErrorCode;
  readonly state?: ConnectionState;
  readonly outcome?: RevocationOutcome;
  readonly what?: ForeignChange['what'];
}

/** The last {@link MOST_EVENTS} things that happened, in memory, for the console, the command line and the log. */
export class EventLog {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #events: LoggedEvent[] = [];
  readonly #listeners = new Set<(event: LoggedEvent) => void>();
  #lastId = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  add(happening: Happening): void {
    this.#lastId += 1;
    const event: LoggedEvent = { id: this.#lastId, at: this.#clock.now(), ...happening };
    this.#events.push(event);
    if (this.#events.length > MOST_EVENTS) this.#events.shift();
    for (const listener of this.#listeners) listener(event);
  }

  /** @returns the newest events, oldest first, `most` of them at most */
  recent(most = MOST_EVENTS): readonly LoggedEvent[] {
    return most > 0 ? this.#events.slice(-most) : [];
  }

  /**
   * @param listener is called for each event from now on; must not throw
   * @returns a function that unsubscribes
   */
  subscribe(listener: (event: LoggedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
