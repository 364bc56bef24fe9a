import type { ContenderName } from './contenders.ts';
import type { Counts } from './plan.ts';
import { type Metric, quantile, type Samples } from './samples.ts';

/** Which of the sorted values stands for all of them, as a share of their number. */
const STATISTICS = { p50: 0.5, p99: 0.99, least: 0, most: 1 } as const;

type Statistic = keyof typeof STATISTICS;
type Values = Readonly<Partial<Record<ContenderName, number>>>;

interface Goal {
  readonly text: string;
  /** Of the plugin's value, where the goal is a share of it. */
  readonly limit?: { readonly most: number } | { readonly least: number };
  /** undefined where what it compares with was not measured. */
  readonly isMet: (broker: number, values: Values) => boolean | undefined;
}

interface RowDefinition {
  readonly name: string;
  readonly unit: 'ms' | 'µs' | 's' | 'kB' | 'MiB' | '/s' | '';
  readonly metric: Metric;
  readonly statistic: Statistic;
  readonly goals: readonly Goal[];
}

/** One line of the result. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly values: Values;
  /** This broker's value over the plugin's. */
  readonly ratio?: number;
  readonly goals: ReadonlyArray<Omit<Goal, 'isMet'> & { readonly met: boolean }>;
}

const CONTENDERS: readonly ContenderName[] = ['broker', 'plugin', 'echo', 'python-echo'];

const atMost = (limit: number): Goal => ({
  text: `≤ ${limit} ×`,
  limit: { most: limit },
  isMet: (broker, { plugin }) => (plugin === undefined ? undefined : broker <= limit * plugin),
});

const atLeast = (limit: number): Goal => ({
  text: `≥ ${limit} ×`,
  limit: { least: limit },
  isMet: (broker, { plugin }) => (plugin === undefined ? undefined : broker >= limit * plugin),
});

const aboveEcho = (limit: number): Goal => ({
  text: `≤ echo + ${limit} ms`,
  isMet: (broker, { echo }) => (echo === undefined ? undefined : broker - echo <= limit),
});

const exactly = (limit: number): Goal => ({ text: String(limit), isMet: (broker) => broker === limit });

function definitions(counts: Counts): readonly RowDefinition[] {
  const row = (
    name: string,
    unit: RowDefinition['unit'],
    metric: Metric,
    goals: readonly Goal[] = [],
    statistic: Statistic = 'p50',
  ): RowDefinition => ({ name, unit, metric, statistic, goals });
  return [
    row('Start to `oauth.ping`', 'ms', 'start', [atMost(0.6)]),
    row('Memory, idle (RSS)', 'MiB', 'idleRss', [atMost(1)]),
    row('Memory, idle (PSS)', 'MiB', 'idlePss'),
    row('Memory, after the load (RSS)', 'MiB', 'loadedRss', [atMost(1)]),
    row('Memory, after the load (PSS)', 'MiB', 'loadedPss'),
    row('`oauth.get`, p50', 'ms', 'get', [atMost(0.35), aboveEcho(0.25)]),
    row('`oauth.get`, p99', 'ms', 'get', [], 'p99'),
    row('`oauth.get`, the first after a start', 'ms', 'firstGet'),
    row('`oauth.get`, 64 under way', '/s', 'rate', [atLeast(5)]),
    row('`oauth.register` with 100 apps, p50', 'ms', 'register100', [atMost(1)]),
    row('`oauth.register` with 1,000 apps, p50', 'ms', 'register1000'),
    row('`oauth.register` with 3,000 apps, p50', 'ms', 'register3000', [atMost(0.2)]),
    row('Callback to `oauth.token.response`, p50', 'ms', 'callback', [atMost(0.7)]),
    row('`oauth.refresh`, p50', 'ms', 'refresh', [atMost(0.7)]),
    row('QR code, p50', 'ms', 'qr', [atMost(0.4)]),
    row(
      `${counts.signIns} sign-ins at once: tokens in the file`,
      '',
      'signInTokens',
      [exactly(counts.signIns)],
      'least',
    ),
    row(
      `${counts.burst} registrations at once: answered`,
      '',
      'burstAnswered',
      [exactly(counts.burst)],
      'least',
    ),
    row(`${counts.burst} registrations at once: until the last answer`, 's', 'burstSeconds'),
    row(
      `${counts.simultaneous} refreshes of one rotating token at once: succeeded`,
      '',
      'rotationSucceeded',
      [exactly(counts.simultaneous)],
      'least',
    ),
    row(
      `${counts.simultaneous} refreshes of one rotating token at once: requests to the provider`,
      '',
      'rotationRequests',
      [exactly(1)],
      'most',
    ),
    row('Event loop under load: delay, p50', 'ms', 'delayP50'),
    row('Event loop under load: delay, p99', 'ms', 'delayP99'),
    row('Event loop under load: delay, longest', 'ms', 'delayMost', [], 'most'),
    row('Allocated for each `oauth.get`', 'kB', 'allocated'),
    row('Collection of garbage for each `oauth.get`', 'µs', 'collecting'),
    row('Stock bus: `oauth.get`, p50', 'ms', 'stockGet'),
    row('Stock bus: `oauth.get`, 64 under way', '/s', 'stockRate'),
  ];
}

/** The lines for which this broker was measured. */
export function tabulate(samples: Samples, counts: Counts): readonly Row[] {
  return definitions(counts).flatMap((definition) => {
    const values: Partial<Record<ContenderName, number>> = {};
    for (const contender of CONTENDERS) {
      const value = quantile(samples.of(contender, definition.metric), STATISTICS[definition.statistic]);
      if (value !== undefined) values[contender] = value;
    }
    const { broker, plugin } = values;
    if (Object.keys(values).length === 0) return [];
    const ratio = broker === undefined || plugin === undefined ? {} : { ratio: broker / plugin };
    const goals = definition.goals.flatMap((goal) => {
      const met = broker === undefined ? undefined : goal.isMet(broker, values);
      const { isMet: _judged, ...rest } = goal;
      return met === undefined ? [] : [{ ...rest, met }];
    });
    return [{ name: definition.name, unit: definition.unit, values, ...ratio, goals }];
  });
}
