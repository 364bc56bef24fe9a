import { beforeEach, describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import { SpeechLimits } from './speech-limits.ts';

const SECOND = 1_000;
let clock: SimulatedClock;
let limits: SpeechLimits;

beforeEach(() => {
  clock = new SimulatedClock();
  limits = new SpeechLimits(clock);
});

describe('speech', () => {
  test('does not repeat itself within the pause', async () => {
    expect(limits.take('a', 30 * SECOND)).toBe(true);
    await clock.advance(29 * SECOND);
    expect(limits.take('a', 30 * SECOND)).toBe(false);
    await clock.advance(SECOND);
    expect(limits.take('a', 30 * SECOND)).toBe(true);
  });

  test('of many apps at once is five sentences, and then one in 20 seconds', async () => {
    const said = Array.from({ length: 100 }, (_, index) => limits.take(`app ${index}`, SECOND));
    expect(said.filter(Boolean)).toHaveLength(5);
    await clock.advance(19 * SECOND);
    expect(limits.take('late', SECOND)).toBe(false);
    await clock.advance(SECOND);
    expect(limits.take('late', SECOND)).toBe(true);
    expect(limits.take('later', SECOND)).toBe(false);
  });

  test('that was refused for the number does not count as said', async () => {
    for (let index = 0; index < 5; index += 1) limits.take(`app ${index}`, SECOND);
    expect(limits.take('a', 3_600 * SECOND)).toBe(false);
    await clock.advance(20 * SECOND);
    expect(limits.take('a', 3_600 * SECOND)).toBe(true);
  });

  test('that follows from a sentence does not count, and does not repeat itself', () => {
    for (let index = 0; index < 50; index += 1) limits.take(`app ${index}`, SECOND);
    expect(limits.takeFollowing('app 1 is connected', 30 * SECOND)).toBe(true);
    expect(limits.takeFollowing('app 1 is connected', 30 * SECOND)).toBe(false);
  });

  test('of several things in one sentence counts once, and leaves out what was said', () => {
    limits.take('a', SECOND);
    expect(limits.takeFresh(['a', 'b', 'c', 'd', 'e', 'f', 'g'], SECOND)).toEqual([
      'b',
      'c',
      'd',
      'e',
      'f',
      'g',
    ]);
    expect(limits.takeFresh(['h'], SECOND)).toEqual(['h']);
  });
});
