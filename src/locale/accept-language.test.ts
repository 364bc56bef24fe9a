import { describe, expect, test } from 'vitest';
import { pickLanguage } from './accept-language.ts';

describe('the language of a page', () => {
  const available = ['en', 'de', 'pt'];

  test('is the first one of the browser that there is', () => {
    expect(pickLanguage('de-AT,de;q=0.9,en;q=0.8', available)).toBe('de');
    expect(pickLanguage('fr-CH, fr;q=0.9, pt-BR;q=0.8, en;q=0.7', available)).toBe('pt');
  });

  test('follows the weights, not the order', () => {
    expect(pickLanguage('en;q=0.3, de;q=0.9', available)).toBe('de');
  });

  test('keeps the order among equal weights', () => {
    expect(pickLanguage('pt, de, en', available)).toBe('pt');
  });

  test('is never one that the browser refuses with a weight of zero', () => {
    expect(pickLanguage('de;q=0, en;q=0.1', available)).toBe('en');
  });

  test('is open where the header is missing, empty, foreign or not valid', () => {
    for (const header of [undefined, '', 'fr', '*', ';;;,,,', 'de;q=abc', 'x'.repeat(9000)]) {
      expect(pickLanguage(header, available)).toBeUndefined();
    }
  });
});
