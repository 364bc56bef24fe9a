import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptIdOf } from './attempt-id.ts';

describe('The name of an attempt', () => {
  it('is eight characters that survive being read aloud, and always the same for the same attempt', () => {
    expect(attemptIdOf('some state')).toBe(attemptIdOf('some state'));
    fc.assert(
      fc.property(fc.string(), (state) => {
        expect(attemptIdOf(state)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
      }),
    );
  });

  it('differs from attempt to attempt, and holds nothing of the state', () => {
    const states = Array.from({ length: 2_000 }, (_, index) => `state ${index}`);
    expect(new Set(states.map(attemptIdOf)).size).toBe(states.length);
    expect(attemptIdOf('AAAAAAAAAAAAAAAA')).not.toContain('AAA');
  });
});
