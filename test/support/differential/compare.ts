import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json.ts';

/** One place in one step where the two services differ. `undefined`: not there. */
export interface Difference {
  readonly step: string;
  /** From the step down to the place, such as `['messages', 'oauth.url', '0', 'data', 'url']`. */
  readonly path: readonly string[];
  readonly python: JsonValue | undefined;
  readonly broker: JsonValue | undefined;
}

/** Where a listed difference is expected. */
export interface Place {
  /** Name of a step; `*`: any. */
  readonly step: string;
  /** Path with `*` for one segment and a last `**` for any number of them, joined by spaces. */
  readonly at: string;
  /** What the broker has there; of objects only the members named here. Default: nothing. */
  readonly broker?: Expected;
}

/** A value as it has to be; `any`: whatever it is, as long as it is there. */
export type Expected =
  | string
  | number
  | boolean
  | null
  | RegExp
  | Anything
  | readonly Expected[]
  | { readonly [key: string]: Expected };

class Anything {
  // A class without a member of its own would take every object for one of it.
  readonly isAnything = true;
}

export const any = new Anything();

type Steps = ReadonlyMap<string, JsonObject>;

/** Every difference, at the deepest place that both services have. */
export function compare(python: Steps, broker: Steps): readonly Difference[] {
  const steps = new Set([...python.keys(), ...broker.keys()]);
  return [...steps].flatMap((step) => [...differencesIn(step, [], python.get(step), broker.get(step))]);
}

function* differencesIn(
  step: string,
  path: readonly string[],
  python: JsonValue | undefined,
  broker: JsonValue | undefined,
): Generator<Difference> {
  const [left, right] = [membersOf(python), membersOf(broker)];
  if (left === undefined || right === undefined) {
    if (JSON.stringify(python) !== JSON.stringify(broker)) yield { step, path, python, broker };
    return;
  }
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    yield* differencesIn(step, [...path, key], left[key], right[key]);
  }
}

function membersOf(value: JsonValue | undefined): JsonObject | undefined {
  if (Array.isArray(value)) return Object.fromEntries(value.entries());
  return isJsonObject(value) ? value : undefined;
}

export interface Verdict<T> {
  /** Differences that nobody has listed. */
  readonly unlisted: readonly Difference[];
  /** Listed places where the services no longer differ. */
  readonly stale: readonly { readonly entry: T; readonly place: Place }[];
}

/** Holds the differences against the list: both must cover each other. */
export function judge<T extends { readonly places: readonly Place[] }>(
  differences: readonly Difference[],
  list: readonly T[],
): Verdict<T> {
  const places = list.flatMap((entry) => entry.places.map((place) => ({ entry, place })));
  return {
    unlisted: differences.filter((difference) => !places.some(({ place }) => isAt(difference, place))),
    stale: places.filter(({ place }) => !differences.some((difference) => isAt(difference, place))),
  };
}

function isAt({ step, path, broker }: Difference, place: Place): boolean {
  if (place.step !== '*' && place.step !== step) return false;
  const pattern = place.at.split(' ');
  const isOpen = pattern.at(-1) === '**';
  const fixed = isOpen ? pattern.slice(0, -1) : pattern;
  if (isOpen ? path.length < fixed.length : path.length !== fixed.length) return false;
  return (
    fixed.every((segment, index) => segment === '*' || segment === path[index]) && isAs(broker, place.broker)
  );
}

function isAs(value: JsonValue | undefined, expected: Expected | undefined): boolean {
  if (expected instanceof Anything) return value !== undefined;
  if (expected instanceof RegExp) return typeof value === 'string' && expected.test(value);
  if (typeof expected !== 'object' || expected === null) return value === expected;
  if (Array.isArray(expected)) {
    const items: readonly Expected[] = expected;
    if (!Array.isArray(value) || value.length !== items.length) return false;
    const values: readonly JsonValue[] = value;
    return items.every((item, index) => isAs(values[index], item));
  }
  return isJsonObject(value) && Object.entries(expected).every(([key, member]) => isAs(value[key], member));
}
