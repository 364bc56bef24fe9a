import * as v from 'valibot';
import { isAudience } from '../store/records.ts';

// The fields of which requests and results are made. `about` is what docs/command-line.md says of a field.

/** A schema with what is said of it. */
export function field<const T extends v.GenericSchema>(schema: T, about: string) {
  return v.pipe(schema, v.description(about));
}

/** One that may be missing. */
export function optional<const T extends v.GenericSchema>(schema: T, about: string) {
  return v.pipe(v.exactOptional(schema), v.description(about));
}

/** A point in time. */
export const time = v.number();

/** Seconds since the Unix epoch, of milliseconds. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1_000;
}

/** Characters of what a person types or pastes. */
const LONGEST = 16_384;

export const text = v.pipe(v.string(), v.maxLength(LONGEST));

/** How an app was named: its munged id, its skill's and its own id, or something of it that only one has. */
export const appName = field(
  v.pipe(v.array(v.pipe(text, v.nonEmpty())), v.minLength(1), v.maxLength(2)),
  'How the app is named.',
);

export const mungedId = field(v.string(), 'The key of the app everywhere in OVOS: `<skill_id>_<app_id>`.');

/** Who sees a connection in a store that several devices share. */
export const audience = v.pipe(v.string(), v.check(isAudience));

export const attemptId = field(
  v.string(),
  'Name of the sign-in, such as `K7Q2-M9XD`: the log has it, and the page that says what went wrong.',
);
