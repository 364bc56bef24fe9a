import { type FindingCode, FINDINGS, type Group, GROUPS } from '../../src/doctor/finding.ts';
import { doctor as enDoctor } from '../../src/locale/en/doctor.ts';
import { GENERATED, table } from './markdown.ts';

/** docs/doctor.md. */
export function doctorPage(): string {
  return `${GENERATED}
# What \`ovos-oauth doctor\` finds

It looks at everything the broker needs and says how to mend what is wrong; it changes nothing. It asks the running
broker; where none runs, it reads the broker's files and takes no lock. Run it as the user of the service, or it finds
neither. A check that takes longer than ten seconds is given up and told. Providers are asked for the time of day and
nothing else. Of most firewalls only root sees the rules.

\`--json\` prints \`{"findings": [{"code", "group", "level", "sentence", "details", "fix"}], "problems", "warnings"}\`.
Codes are stable: compare them, not the sentences. The exit code is 13 where there is a \`problem\`; a \`warning\` alone is
no failure. \`{name}\` stands for a detail. A command that ends in \`ovos-oauth\` is for a service of the user; leave out
\`--user\` and put \`sudo\` before it for one of the system.

${GROUPS.map(section).join('\n')}`;
}

function section(group: Group): string {
  const codes = Object.keys(FINDINGS)
    .filter(isCode)
    .filter((code) => FINDINGS[code].group === group);
  return `## ${enDoctor.groups[group]} (\`${group}\`)

${table(
  ['Code', 'Level', 'Sentence', 'What to do'],
  codes.map((code) => [`\`${code}\``, FINDINGS[code].level, sentenceOf(code), fixOf(code)]),
)}`;
}

function sentenceOf(code: FindingCode): string {
  const sentence = enDoctor.findings[code];
  return typeof sentence === 'string' ? sentence : sentence.other;
}

function fixOf(code: FindingCode): string {
  const kind: { readonly level: string; readonly fix?: string } = FINDINGS[code];
  return kind.fix === undefined ? '' : `\`${kind.fix}\``;
}

function isCode(code: string): code is FindingCode {
  return Object.hasOwn(FINDINGS, code);
}
