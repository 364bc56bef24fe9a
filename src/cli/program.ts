import { Command, CommanderError, Option } from 'commander';
import { VERSION } from '../version.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { tellFailure } from './failure.ts';
import type { CommandProcess } from './process.ts';
import type { ServeOptions } from './serve.ts';

/**
 * Runs one command.
 * @param args what follows the program's name
 * @returns what the process is to end with; an error has been told to the user then
 */
export async function runCommand(args: readonly string[], process: CommandProcess): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = new Command('ovos-oauth')
    .description('OAuth broker for OpenVoiceOS: signs the user in, keeps tokens alive, hands them to skills.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => process.print(text.trimEnd()),
      writeErr: (text) => process.printError(text.trimEnd()),
    });
  // Each command's code is loaded only when it runs: the service shall not carry the others' weight.
  program
    .command('serve')
    .description('run the broker on the message bus until it is told to stop')
    .addOption(
      new Option('--log-level <level>', 'how much to log').choices(['debug', 'info', 'warn', 'error']),
    )
    .action(async (options: ServeOptions) => {
      const { serve } = await import('./serve.ts');
      exitCode = await serve(options, process);
    });
  program
    .command('config')
    .description('print the settings, and which file each comes from')
    .action(async () => {
      const { showConfig } = await import('./show-config.ts');
      exitCode = await showConfig(process);
    });

  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return tellFailure(thrown, process);
  }
}
