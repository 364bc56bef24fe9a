import { Command, CommanderError } from 'commander';
import { VERSION } from '../version.ts';
import type { CommandFile, Runs } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { tellFailure } from './failure.ts';
import type { CommandProcess } from './process.ts';

/**
 * Runs one command.
 * @param args what follows the program's name
 * @returns what the process is to end with; an error has been told to the user then
 */
export async function runCommand(args: readonly string[], process: CommandProcess): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const runs: Runs =
    (work) =>
    async (...given) => {
      try {
        exitCode = await work(process, ...given);
      } catch (thrown) {
        exitCode = await tellFailure(thrown, process, isJsonWanted(given.at(-1)));
      }
    };
  const asked = args.find((arg) => !arg.startsWith('-')) ?? '';
  const program = await createProgram(process, runs, Object.hasOwn(COMMANDS, asked) ? [asked] : undefined);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return tellFailure(thrown, process);
  }
}

/** @param names of the commands that are put into it; default: all */
export async function createProgram(
  process: Pick<CommandProcess, 'print' | 'printError' | 'screen'>,
  runs: Runs,
  names: readonly string[] = Object.keys(COMMANDS),
): Promise<Command> {
  const program = new Command('ovos-oauth')
    .description('OAuth broker for OpenVoiceOS: signs the user in, keeps tokens alive, hands them to skills.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => process.print(text.trimEnd()),
      writeErr: (text) => process.printError(text.trimEnd()),
      getOutHelpWidth: () => process.screen.columns,
      getErrHelpWidth: () => process.screen.columns,
    });
  const load = async (name: string): Promise<CommandFile | undefined> => COMMANDS[name]?.();
  for (const file of await Promise.all(names.map(load))) file?.register(program, runs);
  return program;
}

/** Of what commander gives, the command itself comes last. */
function isJsonWanted(command: unknown): boolean {
  return command instanceof Command && command.opts()['json'] === true;
}
