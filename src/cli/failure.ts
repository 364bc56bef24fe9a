import { asBrokerError } from '../errors.ts';
import { explain, loadErrorWords } from '../locale/index.ts';
import { type ExitCode, exitCodeOf } from './exit-codes.ts';
import { toJson } from './output.ts';
import type { CommandProcess } from './process.ts';
import { printable } from './printable.ts';

/**
 * Tells the user of a failure in one line, and returns what the process is to end with.
 *
 * @param json whether standard output is read by a program, which gets `{error, error_code, hint?}` there
 */
export async function tellFailure(thrown: unknown, process: CommandProcess, json = false): Promise<ExitCode> {
  const { code } = asBrokerError(thrown);
  const words = await inWords(thrown, process);
  if (json) process.print(toJson({ error: words.error, error_code: code, ...hintOf(words) }));
  else process.printError(lineOf(words));
  return exitCodeOf(code);
}

/** The line that tells the user of a failure. */
export async function failureLine(thrown: unknown, process: CommandProcess): Promise<string> {
  return lineOf(await inWords(thrown, process));
}

type InWords = ReturnType<typeof explain>;

async function inWords(thrown: unknown, process: CommandProcess): Promise<InWords> {
  return explain(await loadErrorWords(terminalLanguage(process)), asBrokerError(thrown));
}

function lineOf({ error, hint }: InWords): string {
  return printable(`ovos-oauth: ${hint === undefined ? error : `${error} ${hint}`}`);
}

function hintOf({ hint }: InWords): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

/** The language of whoever reads the terminal: `de_AT.UTF-8` is `de-AT`. */
export function terminalLanguage({ env }: CommandProcess): string {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return locale.replace(/[.@].*$/, '').replace('_', '-');
}
