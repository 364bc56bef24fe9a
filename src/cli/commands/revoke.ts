import { ControlClient } from '../../control/client.ts';
import type { ResultOf } from '../../control/operations/index.ts';
import { OAuthBrokerError } from '../../errors.ts';
import { type CommandFile, type JsonOption, nameOf, withApp, withJson } from '../command.ts';
import { titleOf } from '../connection-lines.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { show } from '../output.ts';
import { printable } from '../printable.ts';
import type { CommandProcess } from '../process.ts';

export interface RevokeOptions extends JsonOption {
  readonly yes?: boolean;
}

export const register: CommandFile['register'] = (program, runs) => {
  withJson(
    withApp(
      program
        .command('revoke')
        .description('end the sign-in of an app, here and at its provider where that can be done'),
    ),
  )
    .option('-y, --yes', 'do not ask')
    .action(runs(revoke));
};

/** @throws OAuthBrokerError `revocation_unconfirmed` where nobody can be asked */
async function revoke(
  process: CommandProcess,
  app: string,
  appId: string | undefined,
  options: RevokeOptions,
): Promise<ExitCode> {
  const daemon = new ControlClient(process.env);
  // What is ended is asked about by its full name, and is the same then whatever registers meanwhile.
  const { connection } = await daemon.call('status', { app: nameOf(app, appId) });
  const { munged_id: mungedId } = connection;
  if (options.yes !== true) {
    const terminal = await process.terminal();
    if (!terminal.isInteractive) throw new OAuthBrokerError('revocation_unconfirmed', { app: mungedId });
    const answer = await terminal.ask(`End the sign-in of ${titleOf(connection)}? [y/N] `);
    if (!/^y(?:es)?$/i.test(answer.trim())) {
      process.print('Nothing was changed.');
      return EXIT.failure;
    }
  }
  const result = await daemon.call('revoke', { app: [mungedId] });
  show(process, options, result, (ended) => linesOf(ended, titleOf(connection)));
  return EXIT.ok;
}

function linesOf({ result, manage_url: url }: ResultOf<'revoke'>, title: string): readonly string[] {
  if (result === 'revoked') return [`Ended the sign-in of ${title}, here and at the provider.`];
  if (result === 'pending') {
    return [
      `Ended the sign-in of ${title} here. The provider cannot be reached right now and is asked again.`,
    ];
  }
  return [
    `Ended the sign-in of ${title} here. The provider has no way for a program to end it there.`,
    url === undefined
      ? 'Look for connected apps in your account at the provider to end it there.'
      : `End it there yourself: ${printable(url)}`,
  ];
}
