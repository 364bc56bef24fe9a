import { Option } from 'commander';
import { ControlClient } from '../../control/client.ts';
import type { EventOf } from '../../control/operations/index.ts';
import { asBrokerError } from '../../errors.ts';
import { type CommandFile, type JsonOption, withJson } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { calendar } from '../moment.ts';
import { wholeNumber } from '../number.ts';
import { toJson } from '../output.ts';
import { printable } from '../printable.ts';
import type { CommandProcess } from '../process.ts';
import { type Style, styleOf } from '../style.ts';

export interface LogsOptions extends JsonOption {
  readonly follow?: boolean;
  readonly lines?: number;
}

export const register: CommandFile['register'] = (program, runs) => {
  withJson(program.command('logs').description('what happened lately: registrations, sign-ins, renewals'))
    .option('-f, --follow', 'go on with what happens from now on')
    .addOption(new Option('-n, --lines <count>', 'how many events until now').argParser(wholeNumber))
    .action(runs(logs));
};

/** @throws OAuthBrokerError `daemon_not_running` and its like; `shutting_down` where the broker stops meanwhile */
async function logs(
  process: CommandProcess,
  { json, follow = false, lines }: LogsOptions,
): Promise<ExitCode> {
  const interrupted = new AbortController();
  if (follow) process.onSignal(() => interrupted.abort());
  const style = styleOf(process);
  const events = new ControlClient(process.env).stream(
    'logs',
    { follow, ...(lines === undefined ? {} : { most: lines }) },
    interrupted.signal,
  );
  try {
    for await (const event of events) process.print(json === true ? toJson(event) : lineOf(event, style));
  } catch (error) {
    if (!interrupted.signal.aborted) throw asBrokerError(error);
  }
  return interrupted.signal.aborted ? EXIT.interrupted : EXIT.ok;
}

function lineOf(event: EventOf<'logs'>, style: Style): string {
  const { at, kind, munged_id: mungedId, attempt_id: attempt, method, code, state, outcome, what } = event;
  const details = [state, outcome, what, method, code, attempt].filter((detail) => detail !== undefined);
  const isBad = code !== undefined;
  const words = printable([kind.replaceAll('_', ' '), mungedId, ...details].join('  '));
  return `${style.dim(calendar(at))}  ${isBad ? style.bad(words) : words}`;
}
