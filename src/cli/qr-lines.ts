import { MARGIN } from '../qr/code.ts';
import type { Squares } from '../qr/png.ts';

// A half block is one square wide and one high: two rows of the code in a line, about square in every font.
const BLOCKS = [' ', '\u2584', '\u2580', '\u2588'] as const;
/** Black on bright white, whatever the colours of the terminal are. */
const ON_WHITE = '\u001B[30;107m';
const RESET = '\u001B[0m';

/**
 * A QR code as lines of text.
 *
 * @param hasColors without them, what is white in the code is drawn in the terminal's own colour, which is the light one
 *   on most; readers take it the other way round as well
 */
export function qrLines(squares: Squares, hasColors: boolean): readonly string[] {
  const from = -MARGIN;
  const to = squares.size + MARGIN;
  const isBlack = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < squares.size && y < squares.size && squares.data[y * squares.size + x] !== 0;
  const isDrawn = (x: number, y: number): boolean => isBlack(x, y) === hasColors;
  const lines: string[] = [];
  for (let y = from; y < to; y += 2) {
    let line = '';
    for (let x = from; x < to; x += 1) {
      // The code has an odd number of rows: below the last one is more margin.
      line += BLOCKS[(isDrawn(x, y) ? 2 : 0) + (isDrawn(x, y + 1) ? 1 : 0)] ?? '';
    }
    lines.push(hasColors ? `${ON_WHITE}${line}${RESET}` : line);
  }
  return lines;
}
