import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { loadSettings } from '../../src/config/load.ts';
import { createDaemon, type Daemon } from '../../src/daemon.ts';
import type { Files } from '../../src/store/files.ts';
import { openNodeFiles } from '../../src/store/node-files.ts';
import { eventually } from '../support/eventually.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

// A daemon on a real bus that nobody asks for anything: on a battery or a memory card each timer and each write counts.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let bus: MessageBus;
let device: OAuthDevice;
let daemon: Daemon;
const time = new SimulatedClock();
const delays: number[] = [];
const touched: string[] = [];

const clock: Clock = {
  now: () => time.now(),
  monotonic: () => time.monotonic(),
  sinceBoot: () => time.sinceBoot(),
  after(delay, task) {
    delays.push(delay);
    return time.after(delay, task);
  },
};

/** What the kernel answers from memory. */
const LOOKS: ReadonlySet<PropertyKey> = new Set(['stat', 'lstat']);

/** Notes every call that could wake a disk. */
function noted(files: Files): Files {
  return new Proxy(files, {
    get(target, name, receiver): unknown {
      if (!LOOKS.has(name)) touched.push(String(name));
      return Reflect.get(target, name, receiver);
    },
  });
}

beforeAll(async () => {
  bus = await startMessageBus();
  device = await createDevice(bus);
  const { settings } = await loadSettings(device.home.env);
  const log = recordedLog();
  daemon = createDaemon(settings, { log, clock, files: noted(await openNodeFiles()) });
  await daemon.start();
  await eventually('the bus is there', () =>
    log.lines.some(({ message }) => message === 'Connected to the message bus.'),
  );
  // What a start leaves to be done later: the shared files are made durable, the intent service is looked for.
  await time.advance(5 * MINUTE);
});

afterAll(async () => {
  await daemon?.stop();
  await device?.home.remove();
  await bus?.stop();
});

test('an idle hour has no timer more often than once a minute, and leaves the disk alone', async () => {
  delays.length = 0;
  touched.length = 0;
  await time.advance(HOUR);
  expect(delays.filter((delay) => delay < MINUTE)).toEqual([]);
  expect(delays.length).toBeLessThanOrEqual(HOUR / MINUTE);
  expect(delays.length).toBeGreaterThan(0);
  expect(touched).toEqual([]);
});
