import type * as v from 'valibot';
import type { Apps } from '../broker/apps.ts';
import type { AttemptId } from '../broker/attempt-id.ts';
import type { Connections } from '../broker/connections.ts';
import type { EventHub } from '../broker/event-hub.ts';
import type { EventLog } from '../broker/event-log.ts';
import type { SignIn } from '../broker/sign-in.ts';
import type { Tokens } from '../broker/tokens.ts';
import type { Clock } from '../clock.ts';
import type { Settings } from '../config/settings.ts';
import type { Providers } from '../providers/index.ts';
import type { Audience, MungedId, Use } from '../store/records.ts';

/** Who lets phones into the console; `web/console` does. Times are milliseconds since the Unix epoch. */
export interface ConsoleKeys {
  invite(): Promise<{ readonly url: string; readonly expiresAt: number }>;
  sessions(): readonly {
    readonly id: string;
    readonly startedAt: number;
    readonly lastSeenAt: number;
    readonly address: string;
    readonly agent: string;
  }[];
  /** @returns whether there was one */
  revoke(id: string): boolean;
}

/** What a store that several devices share does besides; the store does. */
export interface Sharing {
  audiences(): Promise<ReadonlyMap<MungedId, Audience>>;
  share(mungedId: MungedId, audience: Audience): Promise<void>;
  uses(mungedId: MungedId | undefined, most: number): Promise<readonly Use[]>;
}

/** What the operations are given of the running broker. */
export interface ControlDeps {
  readonly broker: {
    readonly apps: Apps;
    readonly signIn: SignIn;
    readonly tokens: Tokens;
    readonly connections: Connections;
    readonly providers: Providers;
    readonly eventLog: EventLog;
  };
  /** Only where several devices share the store. */
  readonly common: Sharing | undefined;
  readonly events: EventHub;
  readonly consoleKeys: ConsoleKeys;
  readonly settings: Settings;
  readonly clock: Clock;
  /** Port of the pages and of the callback. */
  readonly port: () => number;
  /** Host under which a phone reaches this device at this moment. */
  readonly lanHost: () => Promise<string>;
  readonly bus: { readonly isOpen: boolean };
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
}

/** Asked once, answered once. */
export interface Operation<Request extends v.GenericSchema, Result extends v.GenericSchema> {
  readonly kind: 'call';
  readonly about: string;
  readonly request: Request;
  readonly result: Result;
  /** @throws OAuthBrokerError which goes to whoever asked */
  run(request: v.InferOutput<Request>, deps: ControlDeps): Promise<v.InferOutput<Result>>;
}

/** Asked once, answered by any number of events until there are no more or whoever asked goes away. */
export interface StreamOperation<Request extends v.GenericSchema, Event extends v.GenericSchema> {
  readonly kind: 'stream';
  readonly about: string;
  readonly request: Request;
  readonly event: Event;
  /**
   * @param signal aborted when whoever asked has gone, or the broker stops
   * @throws OAuthBrokerError which goes to whoever asked, as the last line
   */
  events(
    request: v.InferOutput<Request>,
    deps: ControlDeps,
    signal: AbortSignal,
  ): AsyncIterable<v.InferOutput<Event>>;
}

/** Makes of a description an operation whose types hold together. */
export function call<Request extends v.GenericSchema, Result extends v.GenericSchema>(
  operation: Omit<Operation<Request, Result>, 'kind'>,
): Operation<Request, Result> {
  return { kind: 'call', ...operation };
}

/** @see call */
export function stream<Request extends v.GenericSchema, Event extends v.GenericSchema>(
  operation: Omit<StreamOperation<Request, Event>, 'kind'>,
): StreamOperation<Request, Event> {
  return { kind: 'stream', ...operation };
}

/** What goes out where an operation fails: enough to make the error again at the other end. */
export interface Failure {
  readonly error_code: string;
  readonly details: Readonly<Record<string, string | number>>;
}

export type { AttemptId };
