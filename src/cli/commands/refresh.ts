import { ControlClient } from '../../control/client.ts';
import { type CommandFile, type JsonOption, nameOf, withApp, withJson } from '../command.ts';
import { titleOf } from '../connection-lines.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { moment } from '../moment.ts';
import { show } from '../output.ts';
import type { CommandProcess } from '../process.ts';

export const register: CommandFile['register'] = (program, runs) => {
  withJson(withApp(program.command('refresh').description('renew the access token of an app now'))).action(
    runs(refresh),
  );
};

async function refresh(
  process: CommandProcess,
  app: string,
  appId: string | undefined,
  options: JsonOption,
): Promise<ExitCode> {
  const result = await new ControlClient(process.env).call('refresh', { app: nameOf(app, appId) });
  show(process, options, result, ({ connection }) => {
    const { expires_at: at } = connection;
    const until = at === undefined ? '' : `; the new token expires ${moment(at, Date.now() / 1_000)}`;
    return [`Renewed ${titleOf(connection)}${until}.`];
  });
  return EXIT.ok;
}
