import { uptime } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';

test('the time since boot is the kernel’s, never runs backwards and goes on', async () => {
  const first = systemClock.sinceBoot();
  expect(first).toBeLessThanOrEqual(uptime() * 1_000);
  let last = first;
  for (let look = 0; look < 10_000; look += 1) {
    const now = systemClock.sinceBoot();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
  const before = uptime() * 1_000;
  await sleep(30);
  expect(systemClock.sinceBoot()).toBeGreaterThan(before);
});
