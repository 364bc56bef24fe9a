import type { DoctorWords } from './doctor-words.ts';
import { errorWords as english } from './en/errors.ts';
import type { IntentWords } from './intent-words.ts';
import { type Language, languageFor } from './languages.ts';
import type { VoiceWords } from './voice-words.ts';
import type { ErrorWords, Words } from './words.ts';

// A device speaks one or two languages and shows pages now and then: only what is asked for is loaded.
const ERRORS: Readonly<Record<Exclude<Language, 'en'>, () => Promise<{ readonly errorWords: ErrorWords }>>> =
  {
    de: () => import('./de/errors.ts'),
    es: () => import('./es/errors.ts'),
    fr: () => import('./fr/errors.ts'),
    it: () => import('./it/errors.ts'),
    nl: () => import('./nl/errors.ts'),
    pt: () => import('./pt/errors.ts'),
  };

const WORDS: Readonly<Record<Language, () => Promise<{ readonly words: Words }>>> = {
  en: () => import('./en/index.ts'),
  de: () => import('./de/index.ts'),
  es: () => import('./es/index.ts'),
  fr: () => import('./fr/index.ts'),
  it: () => import('./it/index.ts'),
  nl: () => import('./nl/index.ts'),
  pt: () => import('./pt/index.ts'),
};

const VOICES: Readonly<Record<Language, () => Promise<{ readonly voice: VoiceWords }>>> = {
  en: () => import('./en/voice.ts'),
  de: () => import('./de/voice.ts'),
  es: () => import('./es/voice.ts'),
  fr: () => import('./fr/voice.ts'),
  it: () => import('./it/voice.ts'),
  nl: () => import('./nl/voice.ts'),
  pt: () => import('./pt/voice.ts'),
};

const INTENTS: Readonly<Record<Language, () => Promise<{ readonly intents: IntentWords }>>> = {
  en: () => import('./en/intents.ts'),
  de: () => import('./de/intents.ts'),
  es: () => import('./es/intents.ts'),
  fr: () => import('./fr/intents.ts'),
  it: () => import('./it/intents.ts'),
  nl: () => import('./nl/intents.ts'),
  pt: () => import('./pt/intents.ts'),
};

const DOCTORS: Readonly<Record<Language, () => Promise<{ readonly doctor: DoctorWords }>>> = {
  en: () => import('./en/doctor.ts'),
  de: () => import('./de/doctor.ts'),
  es: () => import('./es/doctor.ts'),
  fr: () => import('./fr/doctor.ts'),
  it: () => import('./it/doctor.ts'),
  nl: () => import('./nl/doctor.ts'),
  pt: () => import('./pt/doctor.ts'),
};

const loaded = new Map<Language, ErrorWords>([['en', english]]);

/** What is said of errors in the best language for a BCP 47 tag such as `de-AT`; English where there is none. */
export async function loadErrorWords(lang: string): Promise<ErrorWords> {
  const language = languageFor(lang) ?? 'en';
  const known = loaded.get(language);
  if (known !== undefined || language === 'en') return known ?? english;
  const { errorWords } = await ERRORS[language]();
  loaded.set(language, errorWords);
  return errorWords;
}

/** As {@link loadErrorWords}, at once: English where that language has not been loaded. */
export function errorWordsFor(lang: string): ErrorWords {
  return loaded.get(languageFor(lang) ?? 'en') ?? english;
}

/** Everything for pages, in the best language for a tag; English where there is none. */
export async function loadWords(lang: string): Promise<Words> {
  return (await WORDS[languageFor(lang) ?? 'en']()).words;
}

/** What is said aloud in the best language for a tag; English where there is none. */
export async function loadVoice(lang: string): Promise<VoiceWords> {
  return (await VOICES[languageFor(lang) ?? 'en']()).voice;
}

/** What `ovos-oauth doctor` says in the best language for a tag; English where there is none. */
export async function loadDoctor(lang: string): Promise<DoctorWords & { readonly lang: string }> {
  const language = languageFor(lang) ?? 'en';
  return { ...(await DOCTORS[language]()).doctor, lang: language };
}

/** What users say, in the language of a tag; undefined where there is none. */
export async function loadIntents(lang: string): Promise<IntentWords | undefined> {
  const language = languageFor(lang);
  return language === undefined ? undefined : (await INTENTS[language]()).intents;
}
