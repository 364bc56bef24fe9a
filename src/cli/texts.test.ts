import { expect, test } from 'vitest';
import { calendar, moment } from './moment.ts';
import { toJson } from './output.ts';
import { printable } from './printable.ts';
import { styleOf } from './style.ts';
import { tableLines } from './table.ts';

const NOW = 1_800_000_000;

test.each([
  [0, 'now'],
  [-30, '30 seconds ago'],
  [59, 'in 59 seconds'],
  [60, 'in 1 minute'],
  [3_599, 'in 59 minutes'],
  [-7_300, '2 hours ago'],
  [86_400, 'tomorrow'],
  [-86_400 * 10, '10 days ago'],
])('%d seconds from now is %s', (away, words) => {
  expect(moment(NOW + away, NOW)).toBe(words);
});

test('a moment on the calendar is sortable', () => {
  expect(calendar(NOW)).toMatch(/^2027-01-1\d \d\d:\d\d$/);
});

test('columns are as wide as their widest cell, whatever the colours', () => {
  const paint = (text: string): string => `<${text}>`;
  expect(tableLines([['a', { text: 'long', paint }, 'end'], ['bcd', 'x', ''], []])).toEqual([
    'a    <long>  end',
    'bcd  x',
    '',
  ]);
});

test('nothing that comes from outside can steer the terminal', () => {
  const hostile = 'a\u001B[2J\nb\u009Bc\u202Ed\u2028';
  expect(printable(hostile)).toBe('a\uFFFD[2J\uFFFDb\uFFFDc\uFFFDd\uFFFD');
  expect(tableLines([[hostile]]).join('')).not.toContain('\u001B');
  const json = toJson({ hostile });
  expect(json).not.toMatch(/[\u007F-\u009F\u2028\u202E]/);
  expect(JSON.parse(json)).toEqual({ hostile });
});

test.each([
  ['a terminal', { TERM: 'xterm' }, true, true],
  ['a terminal of somebody who wants none', { TERM: 'xterm', NO_COLOR: '1' }, true, false],
  ['a terminal that has none', { TERM: 'dumb' }, true, false],
  ['a file', { TERM: 'xterm' }, false, false],
])('on %s there are colours or not', (_what, env, isTerminal, expected) => {
  const style = styleOf({ env, screen: { isTerminal, columns: 80 } });
  expect(style.hasColors).toBe(expected);
  expect(style.bad('x').includes('\u001B')).toBe(expected);
});
