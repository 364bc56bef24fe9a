import type { Words } from '../../locale/index.ts';

/** A time to come in whole minutes, at least one, such as "8 minutes"; `milliseconds` until then. */
export function minutes(words: Words, milliseconds: number): string {
  const format = new Intl.NumberFormat(words.lang, { style: 'unit', unit: 'minute', unitDisplay: 'long' });
  return format.format(Math.max(1, Math.round(milliseconds / 60_000)));
}
