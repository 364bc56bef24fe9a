import type { TurnTimes } from '../../src/store/postgres/row-turns.ts';

/** What the parent says of a broker of the fleet. */
export interface FleetBrokerJob {
  readonly url: string;
  /** Hexadecimal. */
  readonly key: string;
  readonly device: string;
  readonly stateDir: string;
  readonly times: Partial<TurnTimes>;
  /** Whether what is due is renewed by itself. */
  readonly schedule: boolean;
}

/** One line to the process and its answer. */
export interface FleetRequest {
  readonly id: number;
  readonly what: 'refresh' | 'get' | 'start' | 'complete';
  readonly appId: string;
  /** The callback's address, of `complete`. */
  readonly callback?: string;
}

export type FleetReply =
  | { readonly id: number; readonly accessToken: string }
  | { readonly id: number; readonly url: string }
  | { readonly id: number; readonly code: string; readonly reason: string };

/** What a process says without being asked: that it is open, and what its bus would hear. */
export type FleetEvent =
  | { readonly event: 'open' }
  | { readonly event: 'token'; readonly accessToken: string; readonly asker: string }
  | { readonly event: 'failed'; readonly code: string; readonly asker: string }
  | { readonly event: 'state'; readonly state: string };

export const FLEET_SKILL = 'skill-fleet.example';
