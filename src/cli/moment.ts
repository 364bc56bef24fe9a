const SECOND = 1;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [SECOND, 'second'],
] as const;

/**
 * A point in time as seen from now: `in 5 minutes`, `2 days ago`.
 *
 * @param at seconds since the Unix epoch
 * @param now likewise
 */
export function moment(at: number, now: number): string {
  const away = at - now;
  const [length, unit] = UNITS.find(([length]) => Math.abs(away) >= length) ?? UNITS[3];
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.trunc(away / length), unit);
}

/** The same point on the calendar of this device: `2026-11-24 18:05`. */
export function calendar(at: number): string {
  const date = new Date(at * 1_000);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
