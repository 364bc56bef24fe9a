import type { Argument, Command, Option } from 'commander';

/** What can stand in a place of the command line. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** Munged ids of the apps that the broker has; names of the catalogue; either. */
  | { readonly kind: 'apps' | 'providers' | 'apps-and-providers' }
  | { readonly kind: 'files' }
  | { readonly kind: 'anything' };

export interface CompletedOption {
  /** Such as `-f` and `--follow`. */
  readonly flags: readonly string[];
  readonly about: string;
  /** Absent: it takes none. */
  readonly value?: Values;
}

export interface CompletedCommand {
  /** Such as `credentials set`; empty for the program itself. */
  readonly path: string;
  readonly name: string;
  readonly about: string;
  readonly options: readonly CompletedOption[];
  readonly positions: readonly Values[];
  readonly commands: readonly CompletedCommand[];
}

/** Everything that the completion of a shell needs to know of a program. */
export function completionTree(command: Command, parents: readonly string[] = []): CompletedCommand {
  const path = command.parent === null ? [] : [...parents, command.name()];
  return {
    path: path.join(' '),
    name: command.name(),
    about: command.description(),
    options: command.createHelp().visibleOptions(command).map(optionOf),
    positions: command.registeredArguments.map(valuesOf),
    commands: command.commands.map((one) => completionTree(one, path)),
  };
}

/** The tree as a list, the program itself first. */
export function allCommands(tree: CompletedCommand): readonly CompletedCommand[] {
  return [tree, ...tree.commands.flatMap(allCommands)];
}

function optionOf({
  short,
  long,
  description,
  required,
  optional,
  argChoices,
  flags,
}: Option): CompletedOption {
  const takesValue = required || optional;
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    about: description,
    ...(takesValue ? { value: valueOf(argChoices, /<(\w+)>/.exec(flags)?.[1]) } : {}),
  };
}

function valuesOf(argument: Argument): Values {
  return valueOf(argument.argChoices, argument.name());
}

const KINDS: ReadonlyMap<string | undefined, Exclude<Values['kind'], 'words'>> = new Map([
  ['app', 'apps'],
  ['provider', 'providers'],
  ['app-or-provider', 'apps-and-providers'],
  ['file', 'files'],
]);

/** What is expected is told by its name in the help. */
function valueOf(choices: readonly string[] | undefined, name: string | undefined): Values {
  return choices === undefined ? { kind: KINDS.get(name) ?? 'anything' } : { kind: 'words', words: choices };
}
