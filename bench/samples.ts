import type { ContenderName } from './contenders.ts';

/** What is measured. Times in milliseconds, memory in MiB, rates per second, the rest counts. */
export type Metric =
  | 'start'
  | 'idleRss'
  | 'idlePss'
  | 'loadedRss'
  | 'loadedPss'
  | 'firstGet'
  | 'get'
  | 'rate'
  | 'stockGet'
  | 'stockRate'
  | 'register100'
  | 'register1000'
  | 'register3000'
  | 'callback'
  | 'refresh'
  | 'qr'
  | 'signInTokens'
  | 'burstAnswered'
  | 'burstSeconds'
  | 'rotationSucceeded'
  | 'rotationRequests'
  | 'delayP50'
  | 'delayP99'
  | 'delayMost'
  | 'allocated'
  | 'collecting';

/** Every value of every round. */
export class Samples {
  readonly #values = new Map<string, number[]>();

  add(contender: ContenderName, metric: Metric, ...values: readonly number[]): void {
    const key = `${contender} ${metric}`;
    const known = this.#values.get(key);
    if (known === undefined) this.#values.set(key, [...values]);
    else known.push(...values);
  }

  of(contender: ContenderName, metric: Metric): readonly number[] {
    return this.#values.get(`${contender} ${metric}`) ?? [];
  }
}

/** The value below which `share` of the values lie (nearest rank); undefined where there is none. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
