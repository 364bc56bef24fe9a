import { Command, CommanderError, Option } from 'commander';
import { VERSION } from '../version.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { ExportCommandOptions } from './export.ts';
import { tellFailure } from './failure.ts';
import type { ImportCommandOptions } from './import.ts';
import type { CommandProcess } from './process.ts';
import type { ServeOptions } from './serve.ts';
import type { InstallCommandOptions, ServiceCommandOptions, ServiceStatusOptions } from './service.ts';

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
    .option('--log-json', 'log lines of JSON instead of text')
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
  const passphraseFile = new Option(
    '--passphrase-file <file>',
    'read the passphrase from the first line of a file',
  );
  program
    .command('export')
    .argument('[file]', 'the archive to write')
    .description(
      'move apps and sign-ins to another device: write them into an archive sealed with a passphrase',
    )
    .addOption(passphraseFile)
    .option('--copy', 'go on using the sign-ins on this device as well')
    .action(async (file: string | undefined, options: ExportCommandOptions) => {
      const { exportCommand } = await import('./export.ts');
      exitCode = await exportCommand(file, options, process);
    });
  program
    .command('import')
    .argument('<file>', 'an archive that `ovos-oauth export` wrote')
    .description('take in the apps and sign-ins of another device')
    .addOption(passphraseFile)
    .option('-y, --yes', 'do not ask before something of this device is replaced')
    .action(async (file: string, options: ImportCommandOptions) => {
      const { importCommand } = await import('./import.ts');
      exitCode = await importCommand(file, options, process);
    });
  const service = program
    .command('service')
    .description('run the broker as a service of systemd')
    .helpCommand(false);
  const ofSystem = ['--system', "a service of the system, for root; root's default"] as const;
  const ofUser = ['--user', "your own service; everybody else's default"] as const;
  service
    .command('install')
    .description('write the unit and enable it; again, to bring it up to date')
    .option(...ofSystem)
    .option(...ofUser)
    .option('--as <user>', 'with --system: the user that OVOS runs as (default: who called sudo)')
    .option('--now', 'start it as well, or anew')
    .action(async (options: InstallCommandOptions) => {
      const { installService } = await import('./service.ts');
      exitCode = await installService(options, process);
    });
  service
    .command('remove')
    .description('stop the service and remove its unit; apps and sign-ins stay')
    .option(...ofSystem)
    .option(...ofUser)
    .action(async (options: ServiceCommandOptions) => {
      const { removeService } = await import('./service.ts');
      exitCode = await removeService(options, process);
    });
  service
    .command('status')
    .description('whether it is installed and runs; ends with 1 where it does not')
    .option(...ofSystem)
    .option(...ofUser)
    .option('--json', 'print JSON')
    .action(async (options: ServiceStatusOptions) => {
      const { serviceStatus } = await import('./service.ts');
      exitCode = await serviceStatus(options, process);
    });

  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return tellFailure(thrown, process);
  }
}
