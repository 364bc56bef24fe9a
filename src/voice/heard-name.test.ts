import { describe, expect, test } from 'vitest';
import { heardName } from './heard-name.ts';

const NAMES = ['Spotify', 'GitHub', 'Home Assistant', 'Google', 'Google Calendar', 'Dropbox', 'X', 'Météo'];

describe('a name in what was heard', () => {
  test.each([
    ['connect spotify', 'Spotify'],
    ['connect my spotifi account', 'Spotify'],
    ['connect git hub', 'GitHub'],
    ['disconnect home assistant please', 'Home Assistant'],
    ['verbinde homeassistant', 'Home Assistant'],
    ['connect google', 'Google'],
    ['connect google calendar', 'Google Calendar'],
    ['sign me in to X', 'X'],
    ['connecte meteo', 'Météo'],
    ['CONNECT DROPBOX', 'Dropbox'],
  ])('is found: %s', (utterance, name) => {
    expect(heardName(utterance, NAMES)).toBe(name);
  });

  test('is looked for in as much as somebody can say, and among names that somebody can say', () => {
    expect(heardName(`${'a '.repeat(1_000_000)}spotify`, NAMES)).toBeUndefined();
    const endless = 'b'.repeat(1_000_000);
    expect(heardName(`connect ${endless}`, [endless.slice(0, 180)])).toBeUndefined();
    expect(heardName(`connect ${'b'.repeat(180)}`, ['b'.repeat(180)])).toBeUndefined();
  });

  test.each(['connect the speaker', 'connect', '', 'connect deezer', 'connect goggles for me'])(
    'is not found where there is none: %s',
    (utterance) => {
      expect(heardName(utterance, NAMES)).toBeUndefined();
    },
  );
});
