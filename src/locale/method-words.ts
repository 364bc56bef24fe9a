import type { MethodReason } from '../broker/methods/reasons.ts';
import type { Method } from '../store/records.ts';

/** The words for the ways to sign in. `{provider}` is the provider's name. */
export interface MethodWords {
  /** What the user does, as a label: on a button, or where it is said why that is not possible. */
  readonly names: Readonly<Record<Method, string>>;
  /** A sentence each: what happens where the way is offered, what stands against it where it is refused. */
  readonly reasons: Readonly<Record<MethodReason, string>>;
}
