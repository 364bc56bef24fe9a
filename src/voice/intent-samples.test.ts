import { describe, expect, test } from 'vitest';
import { LANGUAGES, loadIntents } from '../locale/index.ts';
import { intentSamples, spokenSentences } from './intent-samples.ts';

test('choices are written out, and spaces stay single', () => {
  expect(spokenSentences(['(link|connect) [to] [my|the] it', 'link it'])).toEqual([
    'link to my it',
    'link to the it',
    'link to it',
    'link my it',
    'link the it',
    'link it',
    'connect to my it',
    'connect to the it',
    'connect to it',
    'connect my it',
    'connect the it',
    'connect it',
  ]);
});

describe.each(LANGUAGES)('in %s', (lang) => {
  test('every intent has sentences, and none belongs to two of them', async () => {
    const words = await loadIntents(lang);
    if (words === undefined) throw new Error('no words');
    const samples = Object.values(intentSamples(words, ['Spotify', 'Home Assistant']));
    for (const sentences of samples) expect(sentences.length).toBeGreaterThan(3);
    const all = samples.flat();
    expect(all).toEqual([...new Set(all)]);
  });

  test('a place for any name is left open only where an account is plainly meant', async () => {
    const words = await loadIntents(lang);
    if (words === undefined) throw new Error('no words');
    const { connect, disconnect } = intentSamples(words, ['Spotify']);
    const account = /account|konto|cuenta|compte|conta\b/;
    const isPlain = (sentence: string): boolean => sentence.includes('spotify') || account.test(sentence);
    expect([...connect, ...disconnect].filter((sentence) => !isPlain(sentence))).toEqual([]);
  });

  test('nothing is written in capitals, which speech recognition does not do', async () => {
    const words = await loadIntents(lang);
    if (words === undefined) throw new Error('no words');
    for (const sentence of Object.values(intentSamples(words, ['Spotify'])).flat())
      expect(sentence).toBe(sentence.toLowerCase());
  });
});
