import { loadSettings } from '../../config/load.ts';
import { gatherSurroundings } from '../../doctor/gather-surroundings.ts';
import type { Finding, Level } from '../../doctor/finding.ts';
import { diagnose, type GroupReport } from '../../doctor/index.ts';
import { type DoctorWords, fill, loadDoctor, pluralForm } from '../../locale/index.ts';
import { type CommandFile, type JsonOption, withJson } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { terminalLanguage } from '../failure.ts';
import { toJson } from '../output.ts';
import { printable } from '../printable.ts';
import type { CommandProcess } from '../process.ts';
import { type Style, styleOf } from '../style.ts';

type SpokenWords = DoctorWords & { readonly lang: string };

const MARKS: Readonly<Record<Level, string>> = { ok: '✓', warning: '!', problem: '✗' };
const PAINTS = { ok: 'good', warning: 'warn', problem: 'bad' } as const satisfies Record<Level, keyof Style>;

export const register: CommandFile['register'] = (program, runs) => {
  withJson(
    program.command('doctor').description('look at everything the broker needs, and say how to mend it'),
  ).action(runs(doctor));
};

/**
 * Tells of each group as soon as it has been looked at. Warnings alone are no failure.
 *
 * @throws OAuthBrokerError `config_unreadable`, `config_invalid`
 */
export async function doctor(process: CommandProcess, { json = false }: JsonOption): Promise<ExitCode> {
  const style = styleOf(process);
  const words = await loadDoctor(terminalLanguage(process));
  if (!json && process.screen.isTerminal) process.print(style.dim(words.looking));
  const findings: Finding[] = [];
  for await (const report of diagnose(
    await gatherSurroundings(process.env, await loadSettings(process.env)),
  )) {
    findings.push(...report.findings);
    if (!json) for (const line of linesOf(report, words, style)) process.print(line);
  }
  const count = (level: Level): number => findings.filter((one) => one.level === level).length;
  const counts = { problems: count('problem'), warnings: count('warning') };
  if (json) process.print(toJson({ findings: findings.map((one) => jsonOf(one, words)), ...counts }));
  else process.print(counts.problems + counts.warnings === 0 ? words.allWell : fill(words.summary, counts));
  return counts.problems > 0 ? EXIT.problem : EXIT.ok;
}

function jsonOf({ code, group, level, details, fix }: Finding, words: SpokenWords) {
  const sentence = sentenceOf(code, details, words);
  return { code, group, level, sentence, details, ...(fix === undefined || level === 'ok' ? {} : { fix }) };
}

function sentenceOf(code: Finding['code'], details: Finding['details'], words: SpokenWords): string {
  const forms = words.findings[code];
  if (typeof forms === 'string') return fill(forms, details);
  return fill(pluralForm(words.lang, forms, Number(details['count'] ?? details['days'])), details);
}

/** One group: its name, a line for each finding, and below what is not well the command that mends it. */
function* linesOf({ group, findings }: GroupReport, words: SpokenWords, style: Style): Iterable<string> {
  yield style.bold(words.groups[group]);
  for (const { code, level, details, fix } of findings) {
    yield `  ${style[PAINTS[level]](MARKS[level])} ${printable(sentenceOf(code, details, words))}`;
    if (fix !== undefined && level !== 'ok') yield `      ${words.fix}: ${printable(fix)}`;
  }
  yield '';
}
