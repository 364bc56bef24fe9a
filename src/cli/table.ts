import { printable } from './printable.ts';

export interface Cell {
  readonly text: string;
  /** Applied after the width is measured. */
  readonly paint?: (text: string) => string;
}

const GAP = '  ';

/** Lines of columns, each as wide as its widest cell; the last one runs on. */
export function tableLines(rows: ReadonlyArray<readonly (string | Cell)[]>): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell)));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [column, { text }] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, printable(text).length);
    }
  }
  return cells.map((row) =>
    row
      .map(({ text, paint = (plain: string) => plain }, column) => {
        const shown = printable(text);
        const padding = column === row.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - shown.length);
        return `${paint(shown)}${padding}`;
      })
      .join(GAP)
      .trimEnd(),
  );
}
