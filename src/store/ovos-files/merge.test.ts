import { describe, expect, test } from 'vitest';
import { type EntryFacts, judgeEntries, type Verdict } from './merge.ts';

const SETTLED: EntryFacts = {
  ours: true,
  found: 'same',
  touched: false,
  pending: false,
  fresh: false,
  theirs: false,
  later: false,
};

function judge(
  facts: Partial<EntryFacts>,
  others: ReadonlyArray<Partial<EntryFacts>> = [],
): Verdict | undefined {
  const all = [facts, { ...SETTLED }, ...others].map(
    (entry, index) => [index, { ...SETTLED, ...entry }] as const,
  );
  return judgeEntries(new Map(all)).get(0);
}

const CASES: ReadonlyArray<readonly [rule: string, facts: Partial<EntryFacts>, verdict: Verdict]> = [
  ['an entry as the store has it stays', { found: 'same' }, 'keep'],
  ['one put back to what the store had replaced is mended', { found: 'stale', touched: true }, 'write'],
  [
    'one that the store has deleted and a stale copy brings back goes',
    { ours: false, found: 'stale' },
    'write',
  ],
  ['a new one of an entry that the store has is adopted', { found: 'new', touched: true }, 'adopt'],
  [
    'a new one that the store does not have is adopted',
    { ours: false, found: 'new', touched: true },
    'adopt',
  ],
  ['one that vanished was removed by its owner', { found: 'absent', touched: true }, 'remove'],
  ['one that vanished right after it was brought comes back', { found: 'absent', fresh: true }, 'write'],
  ['one that was never written yet is written', { found: 'absent', pending: true }, 'write'],
  ['one that neither has stays away', { ours: false, found: 'absent', touched: true }, 'keep'],
  [
    'what is no entry and nobody’s business stays',
    { ours: false, found: 'unreadable', touched: true },
    'keep',
  ],
  ['what is no entry in the place of one is mended', { found: 'unreadable', touched: true }, 'write'],
  ['what both changed stays as the store has it', { found: 'new', touched: true, pending: true }, 'write'],
  ['unless the other one lasts longer', { found: 'new', touched: true, pending: true, later: true }, 'adopt'],
  ['or the store has deleted it', { ours: false, found: 'new', touched: true, pending: true }, 'adopt'],
  ['what the store changed goes over what nobody touched', { found: 'new', pending: true }, 'write'],
  ['what is written in another way but was taken in already stays', { found: 'new' }, 'keep'],
];

describe('the rules for what other programs do to a shared file', () => {
  test.each(CASES)('%s', (_rule, facts, verdict) => {
    expect(judge(facts)).toBe(verdict);
  });

  test('one that vanished comes back when the same write has set another one back', () => {
    expect(judge({ found: 'absent', touched: true }, [{ found: 'stale', touched: true }])).toBe('write');
  });

  test('unless only other programs have ever written it', () => {
    expect(judge({ found: 'absent', touched: true, theirs: true }, [{ found: 'stale', touched: true }])).toBe(
      'remove',
    );
  });

  test('what the file never had yet is no sign of a write that sets back', () => {
    const waiting = { found: 'stale', touched: true, pending: true } as const;
    expect(judge({ found: 'absent', touched: true }, [waiting])).toBe('remove');
  });

  test('an adoption in the same write is no sign of a stale copy', () => {
    expect(judge({ found: 'absent', touched: true }, [{ found: 'new', touched: true }])).toBe('remove');
  });

  test('all vanished at once come back: who wrote that began with an empty copy', () => {
    const gone = { ...SETTLED, found: 'absent', touched: true } as const;
    expect([
      ...judgeEntries(
        new Map([
          [1, gone],
          [2, gone],
        ]),
      ).values(),
    ]).toEqual(['write', 'write']);
    expect([...judgeEntries(new Map([[1, gone]])).values()]).toEqual(['remove']);
  });
});
