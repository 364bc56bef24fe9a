import { describe, expect, it } from 'vitest';
import { initialSession, updatedSession } from './session.ts';

describe('updatedSession', () => {
  it('keeps the preferences of the default session, and not the state of a conversation', () => {
    const session_data = {
      session_id: 'other',
      lang: 'pt-PT',
      site_id: 'kitchen',
      location: { city: { name: 'Porto' } },
      pipeline: ['stop_high'],
      active_skills: [['a', 1]],
      context: { frame_stack: [] },
      is_speaking: true,
    };
    expect(JSON.parse(updatedSession({ session_data }) ?? '')).toEqual({
      session_id: 'default',
      lang: 'pt-PT',
      site_id: 'kitchen',
      location: { city: { name: 'Porto' } },
      pipeline: ['stop_high'],
    });
  });

  it('drops members of a type that would make a Python receiver throw', () => {
    const session_data = {
      lang: 5,
      site_id: null,
      location: [],
      pipeline: 'x',
      blacklisted_skills: [1],
      context: 3,
    };
    expect(JSON.parse(updatedSession({ session_data }) ?? '')).toEqual({ session_id: 'default' });
  });

  it.each([{}, { session_data: null }, { session_data: [] }, { session_data: 'x' }])(
    'takes nothing from %j',
    (data) => {
      expect(updatedSession(data)).toBeUndefined();
    },
  );

  it('takes nothing from an update that would swell every message', () => {
    expect(updatedSession({ session_data: { lang: 'x'.repeat(20_000) } })).toBeUndefined();
  });
});

describe('initialSession', () => {
  it('is the default session, in the language that is known', () => {
    expect(initialSession(undefined)).toBe('{"session_id":"default"}');
    expect(JSON.parse(initialSession('de-de'))).toEqual({ session_id: 'default', lang: 'de-DE' });
    expect(JSON.parse(initialSession('zh_hans_cn'))).toMatchObject({ lang: 'zh-Hans-CN' });
  });

  it('leaves a language alone that is none', () => {
    expect(JSON.parse(initialSession('not a lang!'))).toMatchObject({ lang: 'not a lang!' });
  });
});
