import { styleText } from 'node:util';
import type { CommandProcess } from './process.ts';

type Paint = (text: string) => string;

/** How text is set off on a terminal; elsewhere it is left alone. */
export interface Style {
  readonly hasColors: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly warn: Paint;
  readonly bad: Paint;
}

/** Colours only where a person sees them and has not declined (https://no-color.org). */
export function styleOf({ env, screen }: Pick<CommandProcess, 'env' | 'screen'>): Style {
  const hasColors = screen.isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const paint =
    (format: Parameters<typeof styleText>[0]): Paint =>
    (text) =>
      hasColors ? styleText(format, text, { validateStream: false }) : text;
  return {
    hasColors,
    bold: paint('bold'),
    dim: paint('dim'),
    good: paint('green'),
    warn: paint('yellow'),
    bad: paint('red'),
  };
}
