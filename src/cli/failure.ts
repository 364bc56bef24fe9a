import { asBrokerError } from '../errors.ts';
import { explain, wordsFor } from '../locale/index.ts';
import { type ExitCode, exitCodeOf } from './exit-codes.ts';
import { toJson } from './output.ts';
import type { CommandProcess } from './process.ts';
import { printable } from './printable.ts';

/**
 * Tells the user of a failure in one line, and returns what the process is to end with.
 *
 * @param json whether standard output is read by a program, which gets `{error, error_code, hint?}` there
 */
export function tellFailure(thrown: unknown, process: CommandProcess, json = false): ExitCode {
  const error = asBrokerError(thrown);
  const words = explain(wordsFor(terminalLanguage(process)), error);
  const { error: sentence, hint } = words;
  if (json) {
    process.print(
      toJson({ error: sentence, error_code: error.code, ...(hint === undefined ? {} : { hint }) }),
    );
  } else {
    process.printError(printable(`ovos-oauth: ${hint === undefined ? sentence : `${sentence} ${hint}`}`));
  }
  return exitCodeOf(error.code);
}

/** The language of whoever reads the terminal: `de_AT.UTF-8` is `de-AT`. */
function terminalLanguage({ env }: CommandProcess): string {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return locale.replace(/[.@].*$/, '').replace('_', '-');
}
