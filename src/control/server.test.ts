import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recordedLog } from '../../test/support/recorded-log.ts';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import type { ControlDeps } from './operation.ts';
import { ControlServer } from './server.ts';
import { socketPath } from './socket-path.ts';

test('an answer that does not come keeps the broker from stopping for a while, and no longer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oo-control-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const clock = new SimulatedClock();
  let asked = (): void => {};
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const all = (): Promise<never> => {
    asked();
    return new Promise(() => {});
  };
  // As much of the broker as `list` asks for.
  const deps = { broker: { apps: { all } } } as unknown as ControlDeps;
  const server = new ControlServer({ runtimeDir: folder, log: recordedLog(), clock, deps });
  await server.start();
  const asking = request({ socketPath: socketPath(folder), method: 'POST', path: '/list' });
  const ended = new Promise((resolve) => asking.once('error', resolve));
  asking.end('{}');
  await isAsked;

  let isStopped = false;
  const stopping = server.stop().then(() => (isStopped = true));
  await clock.advance(1_000);
  expect(isStopped).toBe(false);
  await clock.advance(60_000);
  await ended;
  await stopping;
});
