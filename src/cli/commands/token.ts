import { Option } from 'commander';
import { ControlClient } from '../../control/client.ts';
import { defined } from '../../defined.ts';
import { type CommandFile, type JsonOption, nameOf, withApp, withJson } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { wholeNumber } from '../number.ts';
import { show } from '../output.ts';
import type { CommandProcess } from '../process.ts';

export interface TokenOptions extends JsonOption {
  readonly minValid?: number;
  readonly scope?: string;
}

export const register: CommandFile['register'] = (program, runs) => {
  withJson(
    withApp(program.command('token').description('print an access token that is valid now, for scripts')),
  )
    .addOption(
      new Option('--min-valid <seconds>', 'how long it must at least stay valid').argParser(wholeNumber),
    )
    .option('--scope <scopes>', 'what it must cover, separated by spaces')
    .action(runs(token));
};

/** @throws OAuthBrokerError as `oauth.token.get` answers */
async function token(
  process: CommandProcess,
  app: string,
  appId: string | undefined,
  options: TokenOptions,
): Promise<ExitCode> {
  const { minValid, scope } = options;
  const result = await new ControlClient(process.env).call('token', {
    app: nameOf(app, appId),
    ...defined({ min_valid_seconds: minValid, scope }),
  });
  show(process, options, result, ({ access_token: accessToken }) => [accessToken]);
  return EXIT.ok;
}
