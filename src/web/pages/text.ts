import type { html } from 'hono/html';
import type { App } from '../../store/records.ts';

/** A piece of a page; what hono's `html` makes of a template. */
export type Html = ReturnType<typeof html>;

/** What the catalogue says is in one language, whatever that of the page. */
export const CATALOGUE_LANG = 'en';

const LONGEST = 120;

// Control characters, and those that turn the direction of writing or join what follows: a name could forge a sentence.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/gu;

/** A name that somebody else chose, fit to be shown: one line, no invisible characters, not endless. */
export function shown(name: string): string {
  const clean = name.replaceAll(UNPRINTABLE, '\uFFFD');
  return clean.length <= LONGEST ? clean : `${clean.slice(0, LONGEST - 1)}…`;
}

/** How an app is called on a page: by its skill, as far as that is known. */
export function nameOf(app: App): string {
  return app.skillId ?? app.mungedId;
}
