import type * as v from 'valibot';
import type { Operation, StreamOperation } from '../operation.ts';

/** Every operation by name. Each is loaded when it is first asked for: the service shall not carry their weight. */
export const OPERATIONS = {
  list: () => import('./list.ts'),
  status: () => import('./status.ts'),
  describe: () => import('./describe.ts'),
  register: () => import('./register.ts'),
  connect: () => import('./connect.ts'),
  paste: () => import('./paste.ts'),
  cancel: () => import('./cancel.ts'),
  token: () => import('./token.ts'),
  refresh: () => import('./refresh.ts'),
  revoke: () => import('./revoke.ts'),
  share: () => import('./share.ts'),
  audit: () => import('./audit.ts'),
  'credentials.set': () => import('./credentials-set.ts'),
  open: () => import('./open.ts'),
  sessions: () => import('./sessions.ts'),
  'sessions.revoke': () => import('./sessions-revoke.ts'),
  logs: () => import('./logs.ts'),
  changes: () => import('./endpoint-changes.ts'),
  'changes.settle': () => import('./endpoint-changes-settle.ts'),
  health: () => import('./health.ts'),
  checkup: () => import('./checkup.ts'),
} as const;

type Operations = {
  [N in keyof typeof OPERATIONS]: Awaited<ReturnType<(typeof OPERATIONS)[N]>>['operation'];
};

type Named<Kind> = {
  [N in keyof Operations]: Operations[N] extends { readonly kind: Kind } ? N : never;
}[keyof Operations];

export type CallName = Named<'call'>;
export type StreamName = Named<'stream'>;

/** What an operation is asked with, before its schema has judged it. */
export type RequestOf<N extends keyof Operations> = v.InferInput<Operations[N]['request']>;
export type ResultOf<N extends CallName> = v.InferOutput<Operations[N]['result']>;
export type EventOf<N extends StreamName> = v.InferOutput<Operations[N]['event']>;

export type AnyOperation =
  | Operation<v.GenericSchema, v.GenericSchema>
  | StreamOperation<v.GenericSchema, v.GenericSchema>;

export function isOperation(name: string): name is keyof typeof OPERATIONS {
  return Object.hasOwn(OPERATIONS, name);
}
