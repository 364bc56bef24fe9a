import { Option } from 'commander';
import { ControlClient } from '../../control/client.ts';
import { audienceWords } from '../audience-words.ts';
import { type CommandFile, type JsonOption, nameOf, withApp, withJson } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { show } from '../output.ts';
import { printable } from '../printable.ts';
import type { CommandProcess } from '../process.ts';

export interface ShareOptions extends JsonOption {
  readonly with: string;
}

export const register: CommandFile['register'] = (program, runs) => {
  withJson(
    withApp(
      program
        .command('share')
        .description(
          'choose which devices of the fleet have the sign-in of an app: one sign-in for all of them',
        ),
    ),
  )
    .addOption(new Option('--with <audience>', 'all, group:<name> or device:<name>').makeOptionMandatory())
    .action(runs(share));
};

/** @throws OAuthBrokerError `no_common_store`, `unknown_app`, `share_conflict`, `invalid_request` */
async function share(
  process: CommandProcess,
  app: string,
  appId: string | undefined,
  options: ShareOptions,
): Promise<ExitCode> {
  const { with: whom } = options;
  const result = await new ControlClient(process.env).call('share', {
    app: nameOf(app, appId),
    with: whom,
  });
  show(process, options, result, ({ munged_id: mungedId }) => [
    `The sign-in of ${printable(mungedId)} is there for ${audienceWords(whom)}.`,
  ]);
  return EXIT.ok;
}
