import { describe, expect, test } from 'vitest';
import { doctor as enDoctor } from './en/doctor.ts';
import { words as en } from './en/index.ts';
import { voice as enVoice } from './en/voice.ts';
import { intents as enIntents } from './en/intents.ts';
import {
  LANGUAGES,
  loadDoctor,
  loadErrorWords,
  loadIntents,
  loadVoice,
  loadWords,
  type PluralForms,
  errorWordsFor,
} from './index.ts';

const OTHERS = LANGUAGES.filter((language) => language !== 'en');

/** Every text with the path to it; of the forms for counts, that of "other", which every language has. */
function textsOf(words: object, path = ''): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(words) as [string, unknown][]) {
    const at = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'string') texts.set(at, value);
    else if (isPlural(value)) texts.set(at, value.other);
    else if (typeof value === 'object' && value !== null)
      for (const [inner, text] of textsOf(value, at)) texts.set(inner, text);
  }
  return texts;
}

function isPlural(value: unknown): value is PluralForms {
  return typeof value === 'object' && value !== null && 'other' in value && !('music' in value);
}

/** The words of a language as they were translated, without anything filled in. */
async function translated(language: (typeof OTHERS)[number]): Promise<ReadonlyMap<string, string>> {
  const { words } = (await import(`./${language}/index.ts`)) as { words: object };
  const { doctor } = (await import(`./${language}/doctor.ts`)) as { doctor: object };
  return textsOf({ ...words, doctor, voice: await loadVoice(language) });
}

const ENGLISH = textsOf({ ...en, doctor: enDoctor, voice: enVoice });

function placesIn(text: string): readonly string[] {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
}

/** What is the same in several languages: names, and words that they share. */
const SHARED =
  /^(?:lang|pages\.product|pages\.landing\.(?:skill|account)|pages\.paste\.button|console\.(?:navigation|nav\.\w+|underWay\.code|account\.(?:skill|service|client|details)|services\.(?:heading|categories\.\w+)|accounts\.heading|issuer\.name|settings\.file|browsers\.heading)|doctor\.(?:groups|levels)\.\w+|voice\.(?:lang|connected|signs\.\w+))$/;

describe.each(OTHERS)('in %s', (language) => {
  test('there is every text, and no other', async () => {
    const texts = await translated(language);
    expect([...texts.keys()].sort()).toEqual([...ENGLISH.keys()].sort());
  });

  test('every text has the places of the English one', async () => {
    const texts = await translated(language);
    const others = [...texts].filter(
      ([key, text]) => placesIn(text).join() !== placesIn(ENGLISH.get(key) ?? '').join(),
    );
    expect(others).toEqual([]);
  });

  test('nothing was left in English', async () => {
    const texts = await translated(language);
    const left = [...texts].filter(([key, text]) => text === ENGLISH.get(key) && !SHARED.test(key));
    expect(left).toEqual([]);
  });

  test('every text ends as the English one does', async () => {
    const texts = await translated(language);
    const end = (text = ''): string => /[.:?…]?$/.exec(text)?.[0] ?? '';
    const others = [...texts].filter(([key, text]) => end(text) !== end(ENGLISH.get(key)));
    expect(others).toEqual([]);
  });

  test('no text has two spaces, an edge of spaces or a typewriter’s quotation mark', async () => {
    const texts = await translated(language);
    expect([...texts].filter(([, text]) => /^\s|\s$|\s{2}|["']/.test(text))).toEqual([]);
  });

  test('there are sentences for every intent', async () => {
    const intents = await loadIntents(language);
    expect(Object.keys(intents ?? {})).toEqual(Object.keys(enIntents));
  });
});

describe('the language', () => {
  test.each([
    ['de-AT', 'de'],
    ['de_DE', 'de'],
    ['pt-BR', 'pt'],
    ['PT', 'pt'],
    ['fr-CA', 'fr'],
    ['sv-SE', 'en'],
    ['', 'en'],
    ['deu', 'en'],
  ])('for %j is %s', async (tag, language) => {
    expect((await loadWords(tag)).lang).toBe(language);
    expect((await loadVoice(tag)).lang.slice(0, 2)).toBe(language);
    expect(await loadDoctor(tag)).toEqual(await loadDoctor(language));
  });

  test('is at hand without waiting once it was loaded', async () => {
    await loadErrorWords('it');
    expect(errorWordsFor('it-CH').lang).toBe('it');
  });

  test('that there is none of has no intents', async () => {
    expect(await loadIntents('sv-SE')).toBeUndefined();
  });
});
