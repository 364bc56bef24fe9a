import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { ContenderName } from './contenders.ts';
import type { Machine } from './machine.ts';
import type { Row } from './table.ts';

/** What `bench/results/latest.json` holds. */
export interface Report {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly nodeFlags: readonly string[];
  readonly rows: readonly Row[];
}

const HEADS: ReadonlyArray<readonly [ContenderName, string]> = [
  ['broker', 'ovos-oauth'],
  ['plugin', 'Python plugin'],
  ['echo', 'bare echo (Node)'],
  ['python-echo', 'bare echo (Python client)'],
];

/** The whole result in Markdown. */
export function toMarkdown({ date, machine, rounds, rows }: Report): string {
  const heads = HEADS.filter(([name]) => rows.some(({ values }) => values[name] !== undefined));
  const lines = [
    `Measured on ${date}: ${machine.cpu}, ${machine.cores} cores; Node ${machine.node}, Python ${machine.python}, ` +
      `ovos-phal-plugin-oauth ${machine.plugin}, ovos-messagebus ${machine.messagebus} with TCP_NODELAY; ` +
      `${rounds} ${rounds === 1 ? 'round' : 'rounds'}; load of the machine before: ${machine.loadBefore}.`,
    '',
    `| | ${[...heads.slice(0, 2).map(([, head]) => head), 'ratio', 'goal', ...heads.slice(2).map(([, head]) => head)].join(' | ')} |`,
    `|---|${'---:|'.repeat(Math.min(2, heads.length) + 1)}---|${'---:|'.repeat(Math.max(0, heads.length - 2))}`,
  ];
  for (const row of rows) {
    const cells = heads.map(([name]) => show(row.values[name], row.unit));
    const goals = row.goals.map(({ text, met }) => `${text} ${met ? '✓' : '**missed**'}`).join(', ');
    lines.push(
      `| ${[row.name, ...cells.slice(0, 2), showRatio(row), goals, ...cells.slice(2)].join(' | ')} |`,
    );
  }
  return lines.join('\n');
}

function show(value: number | undefined, unit: string): string {
  if (value === undefined) return '';
  if (unit === '') return String(value);
  if (unit === '/s') return `${Math.round(value).toLocaleString('en-US')} /s`;
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`;
}

function showRatio({ ratio, unit }: Row): string {
  return ratio === undefined || unit === '' ? '' : `${ratio.toFixed(2)} ×`;
}

/**
 * Puts `text` between the marks `<!-- name:start -->` and `<!-- name:end -->` of a file; a file without them, or no file,
 * is left alone.
 */
export async function replaceMarked(path: string, text: string, name = 'bench'): Promise<void> {
  if (!existsSync(path)) return;
  const startMark = `<!-- ${name}:start -->`;
  const before = await readFile(path, 'utf8');
  const start = before.indexOf(startMark);
  const end = before.indexOf(`<!-- ${name}:end -->`);
  if (start === -1 || end < start) return;
  const after = `${before.slice(0, start + startMark.length)}\n${text}\n${before.slice(end)}`;
  if (after !== before) await writeFile(path, after);
}
