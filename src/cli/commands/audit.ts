import { Option } from 'commander';
import { ControlClient } from '../../control/client.ts';
import { defined } from '../../defined.ts';
import { type CommandFile, type JsonOption, nameOf, withJson } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { calendar } from '../moment.ts';
import { wholeNumber } from '../number.ts';
import { show } from '../output.ts';
import type { CommandProcess } from '../process.ts';
import { tableLines } from '../table.ts';

export interface AuditOptions extends JsonOption {
  readonly most: number;
}

export const register: CommandFile['register'] = (program, runs) => {
  withJson(
    program
      .command('audit')
      .description('who asked for which token, on every device of the fleet')
      .argument('[app]', 'only of this app')
      .argument('[app_id]', 'its own id, where the first names its skill'),
  )
    .addOption(new Option('--most <lines>', 'how many, the newest').argParser(wholeNumber).default(100))
    .action(runs(audit));
};

/** @throws OAuthBrokerError `no_common_store`, `unknown_app` */
async function audit(
  process: CommandProcess,
  app: string | undefined,
  appId: string | undefined,
  options: AuditOptions,
): Promise<ExitCode> {
  const result = await new ControlClient(process.env).call('audit', {
    most: options.most,
    ...defined({ app: app === undefined ? undefined : nameOf(app, appId) }),
  });
  show(process, options, result, ({ uses }) =>
    uses.length === 0
      ? ['Nobody has asked for a token yet.']
      : tableLines(
          uses.map(({ munged_id: mungedId, device, asker, outcome, at, count }) => [
            calendar(at),
            device,
            asker === '' ? '-' : asker,
            mungedId,
            outcome,
            count === 1 ? '' : `${count} times`,
          ]),
        ),
  );
  return EXIT.ok;
}
