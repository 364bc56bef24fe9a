import type { Audience } from '../records.ts';

/** Who sees a connection. */
export type Visibility = Audience;

/** Where a broker stands in its fleet. */
export interface Place {
  /** Unique in the fleet. */
  readonly device: string;
  readonly groups: readonly string[];
  /** Of connections that are made here. */
  readonly home: Visibility;
}

/** What a device sees, what counts first at the front: its own, its groups', everybody's. */
export function visibleTo({ device, groups }: Pick<Place, 'device' | 'groups'>): readonly Visibility[] {
  return [`device:${device}`, ...groups.map((name) => `group:${name}` as const), 'all'];
}
