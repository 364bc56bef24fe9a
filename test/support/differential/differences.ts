import type { Place } from './compare.ts';

export interface ListedDifference {
  readonly title: string;
  readonly python: string;
  readonly broker: string;
  readonly reason: string;
  readonly places: readonly Place[];
}

export const DIFFERENCES: readonly ListedDifference[] = [];
