import { describe, expect, it } from 'vitest';
import { ReconnectDelays } from './reconnect-delays.ts';

function waits(random: number, count = 8): number[] {
  const delays = new ReconnectDelays(() => random);
  return Array.from({ length: count }, () => delays.next());
}

describe('ReconnectDelays', () => {
  it('doubles from 1 s, never beyond 30 s, with half of each wait left to chance', () => {
    expect(waits(0)).toEqual([1, 2, 4, 8, 15, 15, 15, 15].map((seconds) => seconds * 1000));
    expect(waits(1)).toEqual([2, 4, 8, 16, 30, 30, 30, 30].map((seconds) => seconds * 1000));
  });

  it('goes on for ever', () => {
    expect(waits(1, 3000).at(-1)).toBe(30_000);
  });

  it('begins anew after a success', () => {
    const delays = new ReconnectDelays(() => 0);
    delays.next();
    delays.next();
    delays.reset();
    expect(delays.next()).toBe(1000);
  });
});
