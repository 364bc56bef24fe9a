import type { CompletedCommand, CompletedOption, Values } from './tree.ts';

/** A script for zsh. */
export function zshCompletion(tree: CompletedCommand): string {
  return `#compdef ovos-oauth
# Completion of ovos-oauth for zsh. Load it with: eval "$(ovos-oauth completion zsh)", after compinit
_ovos_oauth_apps() {
  local -a names
  names=("\${(@f)$(ovos-oauth list --names 2>/dev/null)}")
  compadd -a names
}
_ovos_oauth_providers() {
  local -a names
  names=("\${(@f)$(ovos-oauth providers --names 2>/dev/null)}")
  compadd -a names
}
_ovos_oauth_apps_and_providers() {
  _ovos_oauth_apps
  _ovos_oauth_providers
}
${functions(tree, '_ovos_oauth')}
compdef _ovos_oauth ovos-oauth
`;
}

/** The function of a command, behind those of the commands below it. */
function functions(command: CompletedCommand, name: string): string {
  const { commands, options, positions } = command;
  const lines = options.map(optionLine);
  if (commands.length === 0) {
    const places = positions.map((values, index) => quote(`${index + 1}: :${actionOf(values)}`));
    return `${name}() {\n  _arguments -s \\\n    ${[...lines, ...places, "'*: :'"].join(' \\\n    ')}\n}\n`;
  }
  const below = commands.map((one) => functions(one, `${name}_${one.name}`)).join('');
  const described = commands.map((one) => quote(`${one.name}:${one.about}`)).join('\n    ');
  const cases = commands.map((one) => `        ${one.name}) ${name}_${one.name} ;;`).join('\n');
  return `${below}${name}() {
  local state line
  local -a commands
  commands=(
    ${described}
  )
  _arguments -C \\
    ${[...lines, "'1: :->command'", "'*:: :->rest'"].join(' \\\n    ')}
  case $state in
    command) _describe command commands ;;
    rest)
      case $line[1] in
${cases}
      esac
      ;;
  esac
}
`;
}

function optionLine({ flags, about, value }: CompletedOption): string {
  const text = `[${about.replaceAll(/[[\]]/g, String.raw`\$&`)}]${value === undefined ? '' : `: :${actionOf(value)}`}`;
  const [first = '', ...others] = flags;
  if (others.length === 0) return quote(`${first}${text}`);
  return `${quote(`(${flags.join(' ')})`)}{${flags.join(',')}}${quote(text)}`;
}

function actionOf(values: Values): string {
  return values.kind === 'words' ? `(${values.words.join(' ')})` : ACTIONS[values.kind];
}

const ACTIONS: Readonly<Record<Exclude<Values['kind'], 'words'>, string>> = {
  apps: '_ovos_oauth_apps',
  providers: '_ovos_oauth_providers',
  'apps-and-providers': '_ovos_oauth_apps_and_providers',
  files: '_files',
  anything: '',
};

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
