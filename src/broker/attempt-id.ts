import { hash } from 'node:crypto';
import { spell } from '../random.ts';

declare const brand: unique symbol;

/** Names an attempt to people and in logs: eight characters of Crockford's base 32, as in `K7Q2-M9XD`. */
export type AttemptId = string & { readonly [brand]: 'AttemptId' };

/**
 * The short name of an attempt. Of the state's 128 bits it shows 40 of a digest, which nobody can sign in with.
 *
 * @param state the attempt's key, a secret while it waits
 */
export function attemptIdOf(state: string): AttemptId {
  const name = spell(hash('sha256', state, 'buffer').subarray(0, 8));
  return `${name.slice(0, 4)}-${name.slice(4)}` as AttemptId;
}
