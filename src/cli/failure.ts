import { asBrokerError } from '../errors.ts';
import { explain, wordsFor } from '../locale/index.ts';
import { type ExitCode, exitCodeOf } from './exit-codes.ts';
import type { CommandProcess } from './process.ts';

/** Tells the user of a failure in one line, and returns what the process is to end with. */
export function tellFailure(thrown: unknown, process: CommandProcess): ExitCode {
  const error = asBrokerError(thrown);
  const { error: sentence, hint } = explain(wordsFor(terminalLanguage(process)), error);
  process.printError(`ovos-oauth: ${hint === undefined ? sentence : `${sentence} ${hint}`}`);
  return exitCodeOf(error.code);
}

/** The language of whoever reads the terminal: `de_AT.UTF-8` is `de-AT`. */
function terminalLanguage({ env }: CommandProcess): string {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return locale.replace(/[.@].*$/, '').replace('_', '-');
}
