import type { FindingCode, Group, Level } from '../doctor/finding.ts';
import type { PluralForms } from './plural.ts';

/** What `ovos-oauth doctor` says. `{name}` is a detail of the finding. */
export interface DoctorWords {
  readonly groups: Readonly<Record<Group, string>>;
  readonly levels: Readonly<Record<Level, string>>;
  /** In forms where it depends on how many `{count}` or `{days}` there are. */
  readonly findings: Readonly<Record<FindingCode, string | PluralForms>>;
  /** Before the command that mends it. */
  readonly fix: string;
  readonly looking: string;
  readonly allWell: string;
  /** `{problems}` and `{warnings}` are counts. */
  readonly summary: string;
}
