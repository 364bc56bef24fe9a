import type { OAuthBrokerError } from '../errors.ts';
import { pickLanguage } from './accept-language.ts';
import { LANGUAGES } from './languages.ts';
import { loadWords } from './load.ts';
import type { ErrorWords, Words } from './words.ts';

/** The words of the language that a browser asks for with `Accept-Language`; of `lang` where there is none of them. */
export function acceptedWords(acceptLanguage: string | undefined, lang: string): Promise<Words> {
  return loadWords(pickLanguage(acceptLanguage, LANGUAGES) ?? lang);
}

/** Puts `details` into the `{name}` places of a sentence; an unknown name leaves the place as it is. */
export function fill(sentence: string, details: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(details, name) ? String(details[name]) : place,
  );
}

/** What to tell the user about an error: a sentence and, where one helps, what to do. */
export function explain(words: ErrorWords, error: OAuthBrokerError): { error: string; hint?: string } {
  const hint = words.hints[error.code];
  return {
    error: fill(words.errors[error.code], error.details),
    ...(hint === undefined ? {} : { hint: fill(hint, error.details) }),
  };
}

export type { ConsoleWords } from './console-words.ts';
export type { IntentWords } from './intent-words.ts';
export { LANGUAGES, languageFor } from './languages.ts';
export type { DoctorWords } from './doctor-words.ts';
export { errorWordsFor, loadDoctor, loadErrorWords, loadIntents, loadVoice, loadWords } from './load.ts';
export type { MethodWords } from './method-words.ts';
export type { PageWords } from './page-words.ts';
export { type PluralForms, pluralForm } from './plural.ts';
export type { VoiceWords } from './voice-words.ts';
export type { ErrorWords, Words } from './words.ts';
