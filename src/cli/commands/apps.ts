import { ControlClient } from '../../control/client.ts';
import type { ResultOf } from '../../control/operations/index.ts';
import { OAuthBrokerError } from '../../errors.ts';
import { type CommandFile, type JsonOption, nameOf, withApp, withJson } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { moment } from '../moment.ts';
import { show } from '../output.ts';
import { printable } from '../printable.ts';
import type { CommandProcess } from '../process.ts';
import { tableLines } from '../table.ts';

export interface SettleOptions extends JsonOption {
  readonly yes?: boolean;
}

export const register: CommandFile['register'] = (program, runs) => {
  const group = program
    .command('apps')
    .description('apps that a skill wants to send to other servers, which you have to allow')
    .helpCommand(false);
  withJson(group.command('changes').description('those that wait for you')).action(runs(list));
  withJson(withApp(group.command('confirm').description('let an app use the servers that its skill wants')))
    .option('-y, --yes', 'do not ask')
    .action(runs(confirm));
  withJson(withApp(group.command('reject').description('leave an app with the servers that it has'))).action(
    runs((process, app: string, appId: string | undefined, options: JsonOption) =>
      settle(false, nameOf(app, appId), process, options),
    ),
  );
};

type EndpointChange = ResultOf<'changes'>['changes'][number];

async function list(process: CommandProcess, options: JsonOption): Promise<ExitCode> {
  const result = await new ControlClient(process.env).call('changes', {});
  show(process, options, result, ({ changes }) => {
    if (changes.length === 0) return ['Nothing waits for you.'];
    const now = Date.now() / 1_000;
    return tableLines(changes.map((one) => [one.munged_id, words(one), `asked ${moment(one.at, now)}`]));
  });
  return EXIT.ok;
}

function confirm(
  process: CommandProcess,
  app: string,
  appId: string | undefined,
  options: SettleOptions,
): Promise<ExitCode> {
  return settle(true, nameOf(app, appId), process, options);
}

/** @throws OAuthBrokerError `change_unconfirmed` where nobody can be asked */
async function settle(
  isWanted: boolean,
  app: string[],
  process: CommandProcess,
  options: SettleOptions,
): Promise<ExitCode> {
  const daemon = new ControlClient(process.env);
  const { connection } = await daemon.call('status', { app });
  const { munged_id: mungedId } = connection;
  const { changes } = await daemon.call('changes', {});
  const change = changes.find((one) => one.munged_id === mungedId);
  if (change === undefined) {
    show(process, options, { munged_id: mungedId, allowed: false }, () => [
      printable(`No change of ${mungedId} waits for you.`),
    ]);
    return EXIT.failure;
  }
  if (isWanted && options.yes !== true && !(await isConfirmed(change, process))) {
    process.print('Nothing was changed.');
    return EXIT.failure;
  }
  // By its id: what was shown is what is allowed, whatever the skill has asked for meanwhile.
  const result = await daemon.call('changes.settle', { id: change.id, allow: isWanted });
  show(process, options, result, () => [
    printable(isWanted ? `${mungedId} goes ${words(change)} now.` : `${mungedId} stays as it is.`),
  ]);
  return EXIT.ok;
}

async function isConfirmed(change: EndpointChange, process: CommandProcess): Promise<boolean> {
  const terminal = await process.terminal();
  if (!terminal.isInteractive) {
    throw new OAuthBrokerError('change_unconfirmed', {
      app: change.munged_id,
      from: change.from.join(', '),
      to: change.to.join(', '),
    });
  }
  process.printError(
    'Whoever runs these servers can use what you sign in to. Does the skill belong to them?',
  );
  const answer = await terminal.ask(printable(`Let ${change.munged_id} go ${words(change)}? [y/N] `));
  return /^y(?:es)?$/i.test(answer.trim());
}

function words({ from, to }: EndpointChange): string {
  return `from ${from.join(', ')} to ${to.join(', ')}`;
}
