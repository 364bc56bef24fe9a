import type { Check } from './check.ts';
import { CHECKS } from './checks/index.ts';
import { type Finding, finding, type Group, GROUPS } from './finding.ts';
import type { Surroundings } from './surroundings.ts';

/** Milliseconds for one check; together they take no longer, since they run at once. */
const PATIENCE = 10_000;

/** What was found of one group. */
export interface GroupReport {
  readonly group: Group;
  readonly findings: readonly Finding[];
}

/** Looks at everything at once and tells of one group after the other, each as soon as it can. */
export async function* diagnose(
  surroundings: Surroundings,
  checks: readonly Check[] = CHECKS,
): AsyncIterable<GroupReport> {
  const looks = checks.map((check) => ({ check, findings: lookWithin(check, surroundings) }));
  for (const group of GROUPS) {
    const own = looks.filter(({ check }) => check.group === group);
    const findings = await Promise.all(own.map((look) => look.findings));
    if (own.length > 0) yield { group, findings: findings.flat() };
  }
}

/** A check that hangs or fails is itself a finding, in its own group. */
async function lookWithin(check: Check, surroundings: Surroundings): Promise<readonly Finding[]> {
  const { group, patience = PATIENCE } = check;
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(() => {
      limit.abort();
      resolve([{ ...finding('check_timed_out', { group, seconds: patience / 1_000 }), group }]);
    }, patience);
  });
  try {
    return await Promise.race([check.look(surroundings, limit.signal), tooLate]);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.name : 'unknown';
    return [{ ...finding('check_failed', { group, reason }), group }];
  } finally {
    clearTimeout(timer);
    limit.abort();
  }
}
