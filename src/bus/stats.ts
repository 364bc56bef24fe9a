import type { MalformedReason } from './frame.ts';

/** What a client has done since it was made. */
export interface BusStats {
  /** Connections made. */
  readonly connections: number;
  /** Frames that arrived, of every kind. */
  readonly received: number;
  /** Frames of a type that nobody here listens for; read no further than that. */
  readonly unwanted: number;
  /** Messages given to handlers. */
  readonly delivered: number;
  /** Frames dropped because they could not be read. */
  readonly malformed: Readonly<Record<MalformedReason, number>>;
  /** Handlers that threw or rejected. */
  readonly failed: number;
  /** Frames handed to a connection. */
  readonly sent: number;
  /** Messages given up: too long, or the queue was full, or the client stopped before the bus was back. */
  readonly dropped: number;
}

type Counters<T> = { -readonly [K in keyof T]: T[K] extends number ? number : Counters<T[K]> };

export function noStats(): Counters<BusStats> {
  return {
    connections: 0,
    received: 0,
    unwanted: 0,
    delivered: 0,
    malformed: {
      invalid_utf8: 0,
      invalid_json: 0,
      not_an_object: 0,
      invalid_type: 0,
      invalid_data: 0,
      invalid_context: 0,
      no_key: 0,
      undecryptable: 0,
      unencrypted: 0,
    },
    failed: 0,
    sent: 0,
    dropped: 0,
  };
}

/** For the log; the frame itself is never shown. */
export const MALFORMED_SENTENCES: Readonly<Record<MalformedReason, string>> = {
  invalid_utf8: 'Dropped a frame that is not UTF-8.',
  invalid_json: 'Dropped a frame that is not JSON.',
  not_an_object: 'Dropped a frame that is not a JSON object.',
  invalid_type: 'Dropped a message without a valid type.',
  invalid_data: 'Dropped a message whose data is not an object.',
  invalid_context: 'Dropped a message whose context is not an object.',
  no_key: 'Dropped an encrypted frame: websocket.secret_key is not set here.',
  undecryptable: 'Dropped an encrypted frame that websocket.secret_key does not open.',
  unencrypted: 'Dropped a plain frame: websocket.allow_unencrypted is false.',
};
