import type { DoctorWords } from './doctor-words.ts';
import { words as en } from './en/index.ts';
import type { IntentWords } from './intent-words.ts';
import { type Language, languageFor } from './languages.ts';
import type { VoiceWords } from './voice-words.ts';
import type { Words } from './words.ts';

// A device speaks one or two languages: only what is asked for is loaded.
const WORDS: Readonly<Record<Exclude<Language, 'en'>, () => Promise<{ readonly words: Words }>>> = {
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

const loaded = new Map<Language, Words>([['en', en]]);

/** The words of the best language for a BCP 47 tag such as `de-AT`; English where there is none. */
export async function loadWords(lang: string): Promise<Words> {
  const language = languageFor(lang) ?? 'en';
  const known = loaded.get(language);
  if (known !== undefined || language === 'en') return known ?? en;
  const { words } = await WORDS[language]();
  loaded.set(language, words);
  return words;
}

/** As {@link loadWords}, at once: English where that language has not been loaded. */
export function wordsFor(lang: string): Words {
  return loaded.get(languageFor(lang) ?? 'en') ?? en;
}

/** What is said aloud in the best language for a tag; English where there is none. */
export async function loadVoice(lang: string): Promise<VoiceWords> {
  return (await VOICES[languageFor(lang) ?? 'en']()).voice;
}

/** What `ovos-oauth doctor` says in the best language for a tag; English where there is none. */
export async function loadDoctor(lang: string): Promise<DoctorWords> {
  return (await DOCTORS[languageFor(lang) ?? 'en']()).doctor;
}

/** What users say, in the language of a tag; undefined where there is none. */
export async function loadIntents(lang: string): Promise<IntentWords | undefined> {
  const language = languageFor(lang);
  return language === undefined ? undefined : (await INTENTS[language]()).intents;
}
