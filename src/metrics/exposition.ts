import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { ConnectionState } from '../store/records.ts';
import type { Tally } from './tally.ts';

/** Milliseconds after the last look until nobody is believed to look: the measurement wakes the process. */
const WATCHED_FOR = 300_000;
const RESOLUTION = 100;

/** What is looked up when somebody asks. */
export interface MetricsSource {
  readonly tally: Tally;
  readonly clock: Pick<Clock, 'after'>;
  readonly isOnBus: () => boolean;
  /** How many connections are in each state. */
  readonly states: () => Promise<ReadonlyMap<ConnectionState, number>>;
  /** Only where several devices share the store. */
  readonly common?: {
    readonly isUp: boolean;
    readonly cached: number;
    /** Connections of which something is to be done now. */
    overdue(): Promise<number>;
  };
}

/** Everything as Prometheus reads it; no label tells of a user, an app or a token. */
export class Metrics {
  readonly #source: MetricsSource;
  readonly #registry = new Registry();
  readonly #exchanges: Histogram<'outcome'>;
  readonly #eventLoop: Gauge<'quantile'>;
  #delay: IntervalHistogram | undefined;
  #cancel: (() => void) | undefined;

  constructor(source: MetricsSource) {
    this.#source = source;
    const { tally, common, isOnBus } = source;
    const registers = [this.#registry];
    this.#counter(
      'ovos_oauth_renewals_total',
      'Renewals of access tokens by result.',
      'result',
      () => tally.renewals,
    );
    this.#counter('ovos_oauth_sign_ins_total', 'Sign-ins by outcome.', 'outcome', () => tally.signIns);
    this.#exchanges = new Histogram({
      name: 'ovos_oauth_provider_exchange_seconds',
      help: 'Requests to providers by outcome.',
      labelNames: ['outcome'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
      registers,
    });
    this.#gauge('ovos_oauth_bus_connected', 'Whether the message bus is there.', () => Number(isOnBus()));
    this.#gauge('ovos_oauth_resident_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
    const states = new Gauge({
      name: 'ovos_oauth_connections',
      help: 'Connections by state.',
      labelNames: ['state'],
      registers,
      async collect() {
        // What is not known now is not told as it was.
        this.reset();
        const known = await source.states().catch(() => new Map<ConnectionState, number>());
        for (const [state, count] of known) this.set({ state }, count);
      },
    });
    states.reset();
    this.#eventLoop = new Gauge({
      name: 'ovos_oauth_event_loop_delay_seconds',
      help: 'Delay of the event loop since the last look; measured from the first on.',
      labelNames: ['quantile'],
      registers,
    });
    if (common === undefined) return;
    this.#gauge('ovos_oauth_database_up', 'Whether the common store is there.', () => Number(common.isUp));
    this.#gauge('ovos_oauth_cached_connections', 'Connections kept in memory.', () => common.cached);
    this.#gauge('ovos_oauth_overdue_connections', 'Connections of which something is to be done now.', () =>
      common.overdue().catch(() => Number.NaN),
    );
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    for (const { duration, outcome } of this.#source.tally.takeExchanges()) {
      this.#exchanges.observe({ outcome }, duration);
    }
    this.#watchEventLoop();
    return this.#registry.metrics();
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#delay?.disable();
    this.#delay = undefined;
  }

  #watchEventLoop(): void {
    if (this.#delay === undefined) {
      this.#delay = monitorEventLoopDelay({ resolution: RESOLUTION });
      this.#delay.enable();
    } else {
      for (const quantile of [50, 99]) {
        const seconds = this.#delay.percentile(quantile) / 1e9 - RESOLUTION / 1_000;
        this.#eventLoop.set({ quantile: String(quantile / 100) }, Math.max(seconds, 0));
      }
      this.#delay.reset();
    }
    this.#cancel?.();
    this.#cancel = this.#source.clock.after(WATCHED_FOR, () => this.close());
  }

  #gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      async collect() {
        this.set(await read());
      },
    });
    gauge.reset();
  }

  #counter(name: string, help: string, label: string, read: () => ReadonlyMap<string, number>): void {
    const counter = new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [value, count] of read()) this.inc({ [label]: value }, count);
      },
    });
    counter.reset();
  }
}
