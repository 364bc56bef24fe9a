import { ControlClient } from '../../control/client.ts';
import { type CommandFile, type JsonOption, withJson } from '../command.ts';
import { connectionRow } from '../connection-lines.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { show } from '../output.ts';
import { printable } from '../printable.ts';
import type { CommandProcess } from '../process.ts';
import { styleOf } from '../style.ts';
import { tableLines } from '../table.ts';

export interface ListOptions extends JsonOption {
  readonly names?: boolean;
}

export const register: CommandFile['register'] = (program, runs) => {
  withJson(program.command('list').description('every app and how it stands'))
    .option('--names', 'only the munged ids, one a line')
    .action(runs(list));
};

/** @throws OAuthBrokerError `daemon_not_running` and its like */
async function list(process: CommandProcess, options: ListOptions): Promise<ExitCode> {
  const result = await new ControlClient(process.env).call('list', {});
  show(process, options, result, ({ connections }) => {
    if (options.names === true) return connections.map(({ munged_id: mungedId }) => printable(mungedId));
    if (connections.length === 0) {
      return [
        'No skill has registered an app yet. `ovos-oauth providers` lists what can be connected by hand.',
      ];
    }
    const now = Date.now() / 1_000;
    return tableLines(connections.map((one) => connectionRow(one, styleOf(process), now)));
  });
  return EXIT.ok;
}
