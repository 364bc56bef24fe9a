import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as v from 'valibot';
import { bundleScript } from '../support/bundle.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';

const countsSchema = v.object({
  hours: v.number(),
  rounds: v.number(),
  tokensIssued: v.number(),
  timers: v.number(),
  objects: v.number(),
  maps: v.number(),
  sets: v.number(),
  promises: v.number(),
  functions: v.number(),
  heapMiB: v.number(),
});

let bus: MessageBus;
let device: OAuthDevice;
let script: string;

beforeAll(async () => {
  bus = await startMessageBus({ nodelay: true });
  device = await createDevice(bus);
  script = await bundleScript('simulated-day.ts');
});

afterAll(async () => {
  await bus?.stop();
  await device?.home.remove();
  await rm(script, { force: true });
});

test('a day in use leaves no more behind than its second hour', { timeout: 240_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env: device.home.env });
  process.stdout.write(stdout);
  const [early, late] = stdout
    .trim()
    .split('\n')
    .map((line) => v.parse(countsSchema, JSON.parse(line)));
  if (early === undefined || late === undefined) throw new Error(stdout);
  // A sign-in and a renewal in each round but every ninth, and those that fall due.
  expect(late.tokensIssued - early.tokensIssued).toBeGreaterThan(late.rounds - early.rounds);
  // Less than one of a kind for each two rounds: nothing is kept of what is over.
  const most = (late.rounds - early.rounds) / 2;
  expect(late.timers - early.timers).toBeLessThan(most);
  for (const kind of ['objects', 'maps', 'sets', 'promises', 'functions'] as const) {
    expect([kind, late[kind] - early[kind] < most]).toEqual([kind, true]);
  }
});
