import { ControlClient } from '../../control/client.ts';
import { defined } from '../../defined.ts';
import {
  askForCredentials,
  explainSetup,
  type ProviderParameters,
  registerByHand,
} from '../ask-credentials.ts';
import { type CommandFile, type JsonOption, nameOf, withJson } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { show } from '../output.ts';
import { parameterOption } from '../parameters.ts';
import { printable } from '../printable.ts';
import type { CommandProcess } from '../process.ts';

export interface CredentialsOptions extends JsonOption {
  readonly clientId?: string;
  readonly public?: boolean;
  readonly set?: ProviderParameters;
}

export const register: CommandFile['register'] = (program, runs) => {
  const group = program
    .command('credentials')
    .description('client ids and secrets that you got from a provider')
    .helpCommand(false);
  withJson(
    group
      .command('set')
      .description('keep a client id and secret; the secret is asked for, or read from standard input')
      .argument('<app-or-provider>', 'the app, or a provider of the catalogue')
      .argument('[app_id]', 'its own id, where the first names its skill'),
  )
    .option('--client-id <id>', 'the client id; default: it is asked for')
    .option('--public', 'a public client, which has no secret')
    .addOption(parameterOption())
    .action(runs(setCredentials));
};

/** @throws OAuthBrokerError `needs_credentials` where there is nothing on standard input */
async function setCredentials(
  process: CommandProcess,
  app: string,
  appId: string | undefined,
  options: CredentialsOptions,
): Promise<ExitCode> {
  const daemon = new ControlClient(process.env);
  const described = await daemon.call('describe', { name: nameOf(app, appId) });
  const terminal = await process.terminal();
  if (terminal.isInteractive) explainSetup(described, process);
  const registered = await registerByHand(described, options.set, daemon, process);
  const mungedId = registered ?? (described.kind === 'app' ? described.connection.munged_id : app);
  const wish = defined({ clientId: options.clientId, isPublic: options.public });
  const result = await askForCredentials(mungedId, wish, daemon, process);
  show(process, options, result, () => [
    printable(`Kept the credentials of ${mungedId}.`),
    printable(`Sign in: ovos-oauth connect ${mungedId}`),
  ]);
  return EXIT.ok;
}
