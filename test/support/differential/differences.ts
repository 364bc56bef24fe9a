import type { Place } from './compare.ts';
import { REQUESTS } from './listed/requests.ts';
import { SIGN_IN } from './listed/sign-in.ts';
import { SURROUNDINGS } from './listed/surroundings.ts';

/** A difference from the Python plugin that is meant. */
export interface ListedDifference {
  /** Heading of docs/differences.md under which it stands. */
  readonly area: string;
  readonly title: string;
  readonly python: string;
  readonly broker: string;
  readonly reason: string;
  /** Where it shows; it must show at each of them. */
  readonly places: readonly Place[];
}

/** Every difference from `ovos-phal-plugin-oauth` 0.1.3; docs/differences.md is made of it. */
export const DIFFERENCES: readonly ListedDifference[] = [...REQUESTS, ...SIGN_IN, ...SURROUNDINGS];
