import { setTimeout as sleep } from 'node:timers/promises';
import { type MessageBus, startMessageBus } from '../test/support/messagebus.ts';
import { appRef, storedApps } from './apps.ts';
import { BusLoad } from './bus-load.ts';
import { type ContenderName, type Programs, type Running, startContender } from './contenders.ts';
import { memoryOf } from './memory.ts';
import type { Counts, Scenario } from './plan.ts';
import { type Provider, startProvider } from './provider.ts';
import { type Metric, Samples } from './samples.ts';
import * as scenarios from './scenarios.ts';

export interface Plan {
  readonly counts: Counts;
  readonly contenders: readonly ContenderName[];
  readonly scenarios: ReadonlySet<Scenario>;
  readonly programs: Programs;
  /** The built `token-endpoint.ts`. */
  readonly tokenEndpoint: string;
  readonly progress: (line: string) => void;
}

const STORED: ReadonlyArray<readonly [number, Metric]> = [
  [100, 'register100'],
  [1_000, 'register1000'],
  [3_000, 'register3000'],
];

const REFERENCE: ReadonlySet<ContenderName> = new Set(['echo', 'python-echo']);

/** Milliseconds of rest after a contender's end, so that its clean-up is not the next one's burden. */
const PAUSE = 300;

/** One bus on which the contenders take turns: never two at a time, everybody gets every frame. */
interface Course {
  readonly bus: MessageBus;
  readonly load: BusLoad;
  readonly provider: Provider;
}

/** Runs the whole plan: rounds in which every contender is started anew and measured, in an order that alternates. */
export async function measure(plan: Plan): Promise<Samples> {
  const samples = new Samples();
  const provider = await startProvider(plan.tokenEndpoint);
  try {
    await onBus({ nodelay: true }, provider, async (course) => {
      for (let round = 0; round < plan.counts.rounds; round += 1) {
        for (const contender of inTurn(plan.contenders, round)) {
          plan.progress(`round ${round + 1} of ${plan.counts.rounds}: ${contender}`);
          await measureOne(plan, course, contender, round, samples);
        }
      }
    });
    if (plan.scenarios.has('stock')) {
      await onBus({ nodelay: false }, provider, async (course) => {
        for (const contender of plan.contenders) {
          plan.progress(`on the stock bus: ${contender}`);
          await measureStock(plan, course, contender, samples);
        }
      });
    }
  } finally {
    await provider.stop();
  }
  return samples;
}

async function onBus(
  options: { readonly nodelay: boolean },
  provider: Provider,
  task: (course: Course) => Promise<void>,
): Promise<void> {
  const bus = await startMessageBus(options);
  try {
    const load = await BusLoad.connect(bus.url);
    await task({ bus, load, provider });
    await load.close();
  } finally {
    await bus.stop();
  }
}

function inTurn<T>(all: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? all : all.toReversed();
}

/** Starts a contender with `stored` apps in its file, measures its start, runs `task` and ends it. */
async function withContender(
  plan: Plan,
  { bus, load, provider }: Course,
  contender: ContenderName,
  stored: number,
  task: (running: Running) => Promise<void>,
  { isProbed = false } = {},
): Promise<void> {
  const apps = stored === 0 ? {} : { apps: storedApps(stored, provider) };
  const running = await startContender(contender, plan.programs, { bus, load, isProbed, ...apps });
  try {
    await task(running);
  } finally {
    await running.stop();
    await sleep(PAUSE);
  }
}

async function measureOne(
  plan: Plan,
  course: Course,
  contender: ContenderName,
  round: number,
  samples: Samples,
): Promise<void> {
  const { counts } = plan;
  const add = (metric: Metric, ...values: readonly number[]): void =>
    samples.add(contender, metric, ...values);

  await withContender(plan, course, contender, 0, async (running) => {
    add('start', running.startMs);
    await underLoad(plan, course, { contender, running, round }, add);
  });
  if (plan.scenarios.has('start')) {
    for (let start = 0; start < counts.extraStarts; start += 1) {
      await withContender(plan, course, contender, 0, async ({ startMs }) => add('start', startMs));
    }
  }
  if (plan.scenarios.has('loop') && contender === 'broker') await measureInside(plan, course, add);
  if (!plan.scenarios.has('register') || REFERENCE.has(contender)) return;
  for (const [stored, metric] of STORED) {
    await withContender(plan, course, contender, stored, async (running) => {
      const stage = { ...course, running };
      for (let index = -Math.min(5, counts.warmUp); index < counts.registers; index += 1) {
        const ms = await scenarios.register(stage, appRef(`new-${index}`));
        if (index >= 0) add(metric, ms);
      }
    });
  }
}

/** Everything that one process goes through, from its idle memory to its memory after the load. */
async function underLoad(
  plan: Plan,
  course: Course,
  { contender, running, round }: { contender: ContenderName; running: Running; round: number },
  add: (metric: Metric, ...values: readonly number[]) => void,
): Promise<void> {
  const { counts } = plan;
  const { load } = course;
  const stage = { ...course, running };
  const isReference = REFERENCE.has(contender);
  // Memory after the load needs the whole load.
  const wants = (scenario: Scenario): boolean => plan.scenarios.has(scenario) || plan.scenarios.has('memory');
  const readsMemory = plan.scenarios.has('memory') && round < counts.memoryRounds;
  const ref = appRef('main');

  if (readsMemory) {
    await sleep(counts.rest);
    const { rss, pss } = await memoryOf(running.pid);
    add('idleRss', rss);
    add('idlePss', pss);
  }
  if (!isReference) await scenarios.register(stage, ref);
  if (wants('get')) {
    add('firstGet', ...(await scenarios.sequentialGets(load, ref, 1)));
    await scenarios.sequentialGets(load, ref, counts.warmUp);
    add('get', ...(await scenarios.sequentialGets(load, ref, counts.gets)));
    add('rate', await scenarios.pipelinedGets(load, ref, counts.pipelined));
  }
  if (!isReference) {
    if (wants('callback')) add('callback', ...(await scenarios.callbacks(stage, ref, counts.callbacks)));
    if (wants('refresh')) {
      await scenarios.callbacks(stage, ref, 1);
      add('refresh', ...(await scenarios.refreshes(stage, ref, counts.refreshes)));
    }
    if (wants('qr')) add('qr', ...(await scenarios.qrCodes(stage, ref, counts.qrCodes)));
    if (wants('sign-ins')) add('signInTokens', await scenarios.concurrentSignIns(stage, counts.signIns));
    if (wants('rotation')) {
      const { succeeded, requests } = await scenarios.simultaneousRefreshes(stage, counts.simultaneous);
      add('rotationSucceeded', succeeded);
      add('rotationRequests', requests);
    }
    if (wants('burst')) {
      const { answered, seconds } = await scenarios.registrationBurst(stage, counts.burst);
      add('burstAnswered', answered);
      add('burstSeconds', seconds);
    }
  }
  if (readsMemory) {
    await sleep(counts.rest);
    const { rss, pss } = await memoryOf(running.pid);
    add('loadedRss', rss);
    add('loadedPss', pss);
  }
}

/** By a process of its own, since looking costs time. */
async function measureInside(
  plan: Plan,
  course: Course,
  add: (metric: Metric, ...values: readonly number[]) => void,
): Promise<void> {
  const { counts } = plan;
  const measureOnce = async (running: Running): Promise<void> => {
    const stage = { ...course, running };
    const ref = appRef('main');
    await scenarios.register(stage, ref);
    await scenarios.sequentialGets(course.load, ref, counts.warmUp);
    const inside = await scenarios.probedGets(stage, ref, counts.pipelined);
    add('delayP50', inside.delayP50);
    add('delayP99', inside.delayP99);
    add('delayMost', inside.delayMost);
    add('allocated', inside.allocated / inside.answers / 1_000);
    add('collecting', (inside.collecting / inside.answers) * 1_000);
  };
  await withContender(plan, course, 'broker', 0, measureOnce, { isProbed: true });
}

async function measureStock(
  plan: Plan,
  course: Course,
  contender: ContenderName,
  samples: Samples,
): Promise<void> {
  await withContender(plan, course, contender, 0, async (running) => {
    const ref = appRef('main');
    if (!REFERENCE.has(contender)) await scenarios.register({ ...course, running }, ref);
    const count = Math.min(plan.counts.gets, 100);
    samples.add(contender, 'stockGet', ...(await scenarios.sequentialGets(course.load, ref, count)));
    const rate = await scenarios.pipelinedGets(course.load, ref, plan.counts.pipelined);
    samples.add(contender, 'stockRate', rate);
  });
}
