import { expect, test } from 'vitest';
import { retryDelay, REVIVAL_DELAYS } from './retry-delays.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

test.each([
  [1, 5 * SECOND],
  [2, 10 * SECOND],
  [3, 20 * SECOND],
  [8, 640 * SECOND],
  [9, 15 * MINUTE],
  [100, 15 * MINUTE],
])('after %i failures the longest wait is %i ms, the shortest half of it', (failures, longest) => {
  expect(retryDelay(failures, 1)).toBe(longest);
  expect(retryDelay(failures, 0.5)).toBe(longest * 0.75);
  expect(retryDelay(failures, 0)).toBe(longest / 2);
});

test('a server that asks for more time gets it, and one that asks for less does not hurry anybody', () => {
  expect(retryDelay(1, 1, 3_600)).toBe(HOUR);
  expect(retryDelay(1, 1, 1)).toBe(5 * SECOND);
});

test('a refused token is tried after ten minutes, one hour, six hours and a day, and then left alone', () => {
  expect(REVIVAL_DELAYS).toEqual([10 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR]);
});
