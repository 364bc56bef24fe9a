import { allCommands, type CompletedCommand, type Values } from './tree.ts';

/** A script for fish. */
export function fishCompletion(tree: CompletedCommand): string {
  const lines = allCommands(tree).flatMap((command) => {
    const when = conditionOf(command, tree);
    const line = (...parts: readonly string[]): string => ['complete -c ovos-oauth -f', ...parts].join(' ');
    return [
      ...command.commands.map(({ name, about }) =>
        line(`-n ${quote(`${when}; and ${noneOf(command.commands)}`)}`, `-a ${name}`, `-d ${quote(about)}`),
      ),
      ...command.options.map(({ flags, about, value }) =>
        line(
          `-n ${quote(when)}`,
          ...flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)),
          ...(value === undefined ? [] : [`-r ${candidates(value)}`]),
          `-d ${quote(about)}`,
        ),
      ),
      ...command.positions
        .slice(0, 1)
        .flatMap((values) =>
          values.kind === 'anything' ? [] : [line(`-n ${quote(when)}`, candidates(values))],
        ),
    ];
  });
  return `# Completion of ovos-oauth for fish. Load it with: ovos-oauth completion fish | source
${lines.map((line) => line.trimEnd()).join('\n')}
`;
}

function conditionOf({ path }: CompletedCommand, tree: CompletedCommand): string {
  if (path === '') return noneOf(tree.commands);
  return path
    .split(' ')
    .map((name) => `__fish_seen_subcommand_from ${name}`)
    .join('; and ');
}

function noneOf(commands: readonly CompletedCommand[]): string {
  return `not __fish_seen_subcommand_from ${commands.map(({ name }) => name).join(' ')}`;
}

function candidates(values: Values): string {
  return values.kind === 'words' ? `-a ${quote(values.words.join(' '))}` : CANDIDATES[values.kind];
}

const APPS = '(ovos-oauth list --names 2>/dev/null)';
const PROVIDERS = '(ovos-oauth providers --names 2>/dev/null)';

const CANDIDATES: Readonly<Record<Exclude<Values['kind'], 'words'>, string>> = {
  apps: `-a ${quote(APPS)}`,
  providers: `-a ${quote(PROVIDERS)}`,
  'apps-and-providers': `-a ${quote(`${APPS} ${PROVIDERS}`)}`,
  files: '-F',
  anything: '',
};

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
