import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { encodePng } from './png.ts';

/** Rows of `#` and `.` as another decoder reads them. */
function rows(png: Buffer): string[] {
  const { width, height, data } = PNG.sync.read(png);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (data[(y * width + x) * 4] === 0 ? '#' : '.')).join(''),
  );
}

test('every square has its place, its size and its colour', () => {
  const squares = { size: 2, data: [1, 0, 1, 1] };
  expect(rows(encodePng(squares, 3, 1))).toEqual([
    '............',
    '............',
    '............',
    '...###......',
    '...###......',
    '...###......',
    '...######...',
    '...######...',
    '...######...',
    '............',
    '............',
    '............',
  ]);
});

test('a width that is no multiple of eight leaves no stray pixels', () => {
  expect(rows(encodePng({ size: 1, data: [1] }, 1, 1))).toEqual(['...', '.#.', '...']);
});
