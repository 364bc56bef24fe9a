import type { OAuthBrokerError } from '../errors.ts';
import { pickLanguage } from './accept-language.ts';
import { en } from './en.ts';
import type { Words } from './words.ts';

const LANGUAGES: ReadonlyMap<string, Words> = new Map([['en', en]]);

/** The words of the best language for a BCP 47 tag such as `de-AT`; English where there is none. */
export function wordsFor(lang: string): Words {
  return LANGUAGES.get(lang.split('-', 1)[0]?.toLowerCase() ?? '') ?? en;
}

/** The words of the language that a browser asks for with `Accept-Language`; of `lang` where there is none of them. */
export function acceptedWords(acceptLanguage: string | undefined, lang: string): Words {
  return wordsFor(pickLanguage(acceptLanguage, [...LANGUAGES.keys()]) ?? lang);
}

/** Puts `details` into the `{name}` places of a sentence; an unknown name leaves the place as it is. */
export function fill(sentence: string, details: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(details, name) ? String(details[name]) : place,
  );
}

/** What to tell the user about an error: a sentence and, where one helps, what to do. */
export function explain(words: Words, error: OAuthBrokerError): { error: string; hint?: string } {
  const hint = words.hints[error.code];
  return {
    error: fill(words.errors[error.code], error.details),
    ...(hint === undefined ? {} : { hint: fill(hint, error.details) }),
  };
}

export type { MethodWords } from './method-words.ts';
export type { PageWords } from './page-words.ts';
export type { Words } from './words.ts';
