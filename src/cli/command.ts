import type { Command } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import type { CommandProcess } from './process.ts';

/**
 * Makes of a command's work what commander calls: failures are told to the user, and the exit code is kept. The work
 * gets this process, then what commander gives: the arguments, the options, the command.
 */
export type Runs = <A extends readonly unknown[]>(
  work: (process: CommandProcess, ...args: A) => Promise<ExitCode>,
) => (...args: A) => Promise<void>;

/** What the file of a command exports. */
export interface CommandFile {
  /** Puts the command into the program: its name, what it is for, its arguments and options. */
  register(program: Command, runs: Runs): void;
}

export interface JsonOption {
  /** The result as JSON on standard output, for programs. */
  readonly json?: boolean;
}

/** Every command that tells something can tell it to a program. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print JSON, for programs');
}

/** An app is named by one word or by two; the completion of shells knows it by the argument's name. */
export function withApp(command: Command): Command {
  return command
    .argument(
      '<app>',
      'the app: its munged id, or what no other app has: its own id, its provider, its skill',
    )
    .argument('[app_id]', 'its own id, where the first names its skill');
}

/** The words by which an app was named. */
export function nameOf(app: string, appId: string | undefined): string[] {
  return appId === undefined ? [app] : [app, appId];
}
