import { describe, expect, test } from 'vitest';
import { LANGUAGES, loadIntents } from '../locale/index.ts';
import { isYes } from './yes-or-no.ts';

async function understands(lang: string, answer: string): Promise<boolean> {
  const words = await loadIntents(lang);
  if (words === undefined) throw new Error(`no words in ${lang}`);
  return isYes(answer, words);
}

describe('an answer', () => {
  test.each([
    ['en', 'yes'],
    ['en', 'Yes, please!'],
    ['de', 'ja bitte'],
    ['es', 'sí, claro'],
    ['fr', 'oui'],
    ['fr', 's’il te plaît'],
    ['fr', "s'il te plaît"],
    ['it', 'sì'],
    ['nl', 'ja, doe maar'],
    ['pt', 'sim, pode'],
  ])('in %s is a yes: %s', async (lang, answer) => {
    expect(await understands(lang, answer)).toBe(true);
  });

  test.each([
    ['en', 'no'],
    ['en', 'please don’t'],
    ['en', "ok, please don't"],
    ['en', 'yesterday'],
    ['de', 'nein danke'],
    ['de', 'bitte nicht'],
    ['es', 'no, por favor'],
    ['fr', 'non merci'],
    ['fr', 'vas-y pas'],
    ['it', 'no, non farlo'],
    ['nl', 'alsjeblieft niet'],
    ['pt', 'não, por favor'],
    ['en', ''],
    ['en', 'what'],
  ])('in %s is no yes: %s', async (lang, answer) => {
    expect(await understands(lang, answer)).toBe(false);
  });

  test.each(LANGUAGES)('is never both by one word, in %s', async (lang) => {
    const words = await loadIntents(lang);
    expect(words?.yes.filter((word) => words.no.includes(word))).toEqual([]);
  });
});
