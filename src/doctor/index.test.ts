import { expect, test } from 'vitest';
import type { Check } from './check.ts';
import { type Finding, finding } from './finding.ts';
import { diagnose } from './index.ts';
import type { Surroundings } from './surroundings.ts';

const NOTHING = {} as Surroundings;

async function foundBy(...checks: readonly Check[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for await (const report of diagnose(NOTHING, checks)) findings.push(...report.findings);
  return findings;
}

test('a check that hangs is given up, told of in its place, and keeps nobody waiting', async () => {
  let isAborted = false;
  const hanging: Check = {
    group: 'relay',
    patience: 20,
    look: (_surroundings, signal) => {
      signal.addEventListener('abort', () => (isAborted = true));
      return new Promise<never>(() => {});
    },
  };
  const well: Check = { group: 'clock', look: async () => [finding('clock_ok')] };
  expect(await foundBy(hanging, well)).toEqual([
    finding('clock_ok'),
    { ...finding('check_timed_out', { group: 'relay', seconds: 0.02 }), group: 'relay' },
  ]);
  expect(isAborted).toBe(true);
});

test('a check that fails is told of, without what the error says', async () => {
  const failing: Check = {
    group: 'store',
    look: async () => {
      throw new TypeError('planted-secret');
    },
  };
  const found = await foundBy(failing);
  expect(found).toEqual([
    { ...finding('check_failed', { group: 'store', reason: 'TypeError' }), group: 'store' },
  ]);
});

test('groups are told of in one order, whichever is ready first', async () => {
  const late: Check = {
    group: 'broker',
    look: async () => {
      await new Promise((resolve) => void setTimeout(resolve, 20));
      return [finding('broker_not_running')];
    },
  };
  const early: Check = { group: 'relay', look: async () => [finding('relay_none')] };
  expect((await foundBy(early, late)).map(({ group }) => group)).toEqual(['broker', 'relay']);
});
