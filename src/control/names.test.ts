import { describe, expect, test } from 'vitest';
import { Providers } from '../providers/index.ts';
import type { App } from '../store/records.ts';
import { findApp, similarNames } from './names.ts';

const providers = new Providers();

function app(skillId: string, appId: string, more: Partial<App> = {}): App {
  const authorizationEndpoint = 'https://provider.example/authorize';
  return { mungedId: `${skillId}_${appId}`, skillId, appId, authorizationEndpoint, ...more } as App;
}

const APPS = [
  app('music-skill', 'spotify', { provider: 'spotify' }),
  app('notes-skill', 'drive', { authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth' }),
  app('mail-skill', 'inbox'),
  app('mail-skill', 'archive'),
  app('a_b', 'c'),
  app('a', 'b_c'),
  { mungedId: 'old_from-a-file', authorizationEndpoint: 'https://provider.example/authorize' } as App,
];

const found = async (...name: string[]): Promise<string> => (await findApp(name, APPS, providers)).mungedId;

describe('an app is found', () => {
  test.each([
    ['by its munged id', ['mail-skill_inbox'], 'mail-skill_inbox'],
    ['by skill and app', ['mail-skill', 'archive'], 'mail-skill_archive'],
    ['by its own id', ['inbox'], 'mail-skill_inbox'],
    ['whatever the case', ['INBOX'], 'mail-skill_inbox'],
    ['by its provider', ['google'], 'notes-skill_drive'],
    ['by what the provider calls itself', ['Spotify'], 'music-skill_spotify'],
    ['by a skill with one app', ['music-skill'], 'music-skill_spotify'],
    ['although nobody knows its skill', ['old_from-a-file'], 'old_from-a-file'],
    ['by two words where the munged id is that of two', ['a_b', 'c'], 'a_b_c'],
  ])('%s', async (_how, name, mungedId) => {
    expect(await found(...name)).toBe(mungedId);
  });
});

describe('an app is not guessed', () => {
  test.each([
    [['mail-skill'], 'name_ambiguous', { names: 'mail-skill_inbox, mail-skill_archive' }],
    [['inbx'], 'name_misspelt', { suggestions: 'inbox' }],
    [['mail-skil', 'inbox'], 'name_misspelt', { suggestions: 'mail-skill inbox, mail-skill_inbox' }],
    [['spot'], 'name_misspelt', { suggestions: 'spotify' }],
    [['a', 'c'], 'unknown_app', { app: 'a c' }],
    [['constructor'], 'unknown_app', {}],
    [['__proto__'], 'unknown_app', {}],
    [['😀'], 'unknown_app', {}],
  ])('from %j: %s', async (name, code, details) => {
    await expect(found(...name)).rejects.toMatchObject({ code, details });
  });

  test('where there are none', async () => {
    await expect(findApp(['spotify'], [], providers)).rejects.toMatchObject({ code: 'unknown_app' });
  });
});

test('what is suggested looks like what was typed, three at most, the nearest first', () => {
  const names = ['google', 'google-home', 'goggle', 'gogle', 'github', 'gooogle'];
  expect(similarNames('gogle', names)).toEqual(['gogle', 'goggle', 'google']);
  expect(similarNames('x', names)).toEqual([]);
  expect(similarNames('', names)).toEqual([]);
});
