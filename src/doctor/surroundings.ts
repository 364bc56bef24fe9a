import type { Clock } from '../clock.ts';
import type { Settings } from '../config/settings.ts';
import type { Checkup } from '../control/operations/checkup.ts';
import type { JsonObject } from '../json.ts';
import type { RunProgram } from './run-program.ts';

/** What the running broker says of itself. */
export interface RunningBroker {
  readonly version: string;
  readonly pid: number;
  readonly port: number;
  readonly lanHost: string;
}

export interface StoreProblem {
  readonly code: 'store_damaged' | 'store_newer' | 'store_unreadable' | 'store_sealed';
  /** Lines that can't be read. */
  readonly count?: number;
}

/** What the checks are given. */
export interface Surroundings {
  readonly settings: Settings;
  /** The merged mycroft.conf. */
  readonly config: JsonObject;
  readonly clock: Pick<Clock, 'now'>;
  readonly fetch: typeof globalThis.fetch;
  readonly run: RunProgram;
  /** Undefined where none runs. */
  readonly broker: RunningBroker | undefined;
  /** From the running broker, else read from its store; undefined where that can't be read. */
  readonly checkup: Checkup | undefined;
  /** What was wrong with the store when it was read. */
  readonly storeProblem?: StoreProblem | undefined;
}

/** Port of the pages, as far as it is known. */
export function portOf({ broker, settings }: Pick<Surroundings, 'broker' | 'settings'>): number {
  return broker?.port ?? settings.http.port;
}
