import { html } from 'hono/html';
import type { Words } from '../../../locale/index.ts';
import type { Html } from '../text.ts';

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, milliseconds: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
/** Milliseconds within which the distance says more than the date. */
const NEAR = 6 * 86_400_000;

/** A point in time as somebody would say it, such as "3 minutes ago"; the exact one shows under the pointer. */
export function when(words: Words, at: number, now: number): Html {
  return time(words, at, Math.abs(at - now) < NEAR ? distance(words, at - now) : day(words, at));
}

/** A day, such as "12 May 2027". */
export function onDay(words: Words, at: number): Html {
  return time(words, at, day(words, at));
}

/** A point in time as in a log, such as "24 Nov 2026, 19:03:12". */
export function moment(words: Words, at: number): Html {
  const format = new Intl.DateTimeFormat(words.lang, { dateStyle: 'medium', timeStyle: 'medium' });
  return time(words, at, format.format(at));
}

function time(words: Words, at: number, text: string): Html {
  const exact = new Intl.DateTimeFormat(words.lang, { dateStyle: 'long', timeStyle: 'medium' }).format(at);
  return html`<time datetime="${new Date(at).toISOString()}" title="${exact}">${text}</time>`;
}

function distance(words: Words, left: number): string {
  const format = new Intl.RelativeTimeFormat(words.lang, { numeric: 'auto' });
  for (const [unit, length] of STEPS) {
    if (Math.abs(left) >= length) return format.format(Math.trunc(left / length), unit);
  }
  return format.format(0, 'second');
}

function day(words: Words, at: number): string {
  return new Intl.DateTimeFormat(words.lang, { dateStyle: 'long' }).format(at);
}
