// Loaded into the broker's own process (`node --import`), to see what load does inside it. SIGUSR2 starts a measurement; a
// second one ends it and writes the result to the file that BENCH_PROBE_FILE names.
import { renameSync, writeFileSync } from 'node:fs';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { GCProfiler } from 'node:v8';

/** What `bench/scenarios.ts` reads. */
export interface Probe {
  /** Milliseconds for which the event loop kept a timer waiting. */
  readonly delayP50: number;
  readonly delayP99: number;
  readonly delayMost: number;
  /** Bytes that were allocated on V8's heap. */
  readonly allocated: number;
  /** Milliseconds in which the collection of garbage held the program up. */
  readonly collecting: number;
}

/** Milliseconds between two looks at the clock. */
const RESOLUTION = 2;

let running: { readonly delay: IntervalHistogram; readonly garbage: GCProfiler } | undefined;

process.on('SIGUSR2', () => {
  if (running === undefined) {
    running = { delay: monitorEventLoopDelay({ resolution: RESOLUTION }), garbage: new GCProfiler() };
    running.delay.enable();
    running.garbage.start();
    return;
  }
  const { delay, garbage } = running;
  running = undefined;
  delay.disable();
  const { statistics } = garbage.stop() ?? { statistics: [] };
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION);
  const probe: Probe = {
    delayP50: late(delay.percentile(50)),
    delayP99: late(delay.percentile(99)),
    delayMost: late(delay.max),
    allocated: allocatedBetween(statistics),
    collecting: statistics.reduce((sum, { cost }) => sum + cost, 0) / 1_000,
  };
  const file = process.env['BENCH_PROBE_FILE'] ?? '';
  writeFileSync(`${file}.new`, JSON.stringify(probe));
  renameSync(`${file}.new`, file);
});

type Collections = NonNullable<ReturnType<GCProfiler['stop']>>['statistics'];

/** From the end of each collection to the beginning of the next. */
function allocatedBetween(collections: Collections): number {
  let sum = 0;
  for (const [index, { beforeGC }] of collections.entries()) {
    const previous = collections[index - 1];
    if (previous !== undefined) {
      sum += beforeGC.heapStatistics.usedHeapSize - previous.afterGC.heapStatistics.usedHeapSize;
    }
  }
  return sum;
}
