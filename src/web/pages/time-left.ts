import type { Words } from '../../locale/index.ts';

/** A time to come in whole minutes, at least one, such as "8 minutes"; `milliseconds` until then. */
export function minutes(words: Words, milliseconds: number): string {
  return inUnits(words, 'minute', milliseconds / 60_000);
}

/** A time in whole hours, at least one, such as "12 hours". */
export function hours(words: Words, milliseconds: number): string {
  return inUnits(words, 'hour', milliseconds / 3_600_000);
}

function inUnits({ lang }: Words, unit: 'minute' | 'hour', count: number): string {
  const format = new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(Math.max(1, Math.round(count)));
}
