import type { Finding, Group } from './finding.ts';
import type { Surroundings } from './surroundings.ts';

/** One thing to look at. */
export interface Check {
  readonly group: Group;
  /** Milliseconds after which it is given up. */
  readonly patience?: number;
  /** @param signal aborted when its time is up */
  look(surroundings: Surroundings, signal: AbortSignal): Promise<readonly Finding[]>;
}
