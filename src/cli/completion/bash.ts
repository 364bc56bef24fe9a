import { allCommands, type CompletedCommand, type Values } from './tree.ts';

/**
 * A script for bash, which needs nothing but bash. Names of apps come from anybody on the message bus: they are not given
 * to `compgen -W`, which runs what is in them, and they are put into the line quoted.
 */
export function bashCompletion(tree: CompletedCommand): string {
  const commands = allCommands(tree);
  const withValue = commands.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) =>
      value === undefined ? [] : flags.map((flag) => ({ path, flag, value })),
    ),
  );
  const steps = commands.filter(({ path }) => path !== '');
  return `# Completion of ovos-oauth for bash. Load it with: eval "$(ovos-oauth completion bash)"
_ovos_oauth_names() {
  local name quoted
  while IFS= read -r name; do
    printf -v quoted %q "$name"
    if [[ $name == "$cur"* || $quoted == "$cur"* ]]; then COMPREPLY+=("$quoted"); fi
  done < <("$@" 2>/dev/null)
}
_ovos_oauth() {
  local cur=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} program=\${COMP_WORDS[0]}
  local path= position=0 skip=0 i word
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((skip)); then
      skip=0
      continue
    fi
    case "$path/$word" in
${cases(withValue.map(({ path, flag }) => [quote(`${path}/${flag}`), 'skip=1']))}
      */-*) ;;
${cases(steps.map(({ path, name }) => [quote(`${parentOf(path)}/${name}`), `path=${quote(path)}`]))}
      *) position=$((position + 1)) ;;
    esac
  done
  case "$path/$previous" in
${cases(withValue.map(({ path, flag, value }) => [quote(`${path}/${flag}`), `${offer(value)}; return`]))}
  esac
  if [[ $cur == -* ]]; then
    case "$path" in
${cases(commands.map(({ path, options }) => [quote(path), words(options.flatMap(({ flags }) => flags))]))}
    esac
    return
  fi
  case "$path/$position" in
${cases([
  ...commands.flatMap(({ path, commands }): [string, string][] =>
    commands.length === 0 ? [] : [[quote(`${path}/0`), words(commands.map(({ name }) => name))]],
  ),
  ...commands.flatMap(({ path, positions }) =>
    positions.map((values, index): [string, string] => [quote(`${path}/${index}`), offer(values)]),
  ),
])}
  esac
}
complete -F _ovos_oauth ovos-oauth
`;
}

function cases(lines: readonly (readonly [string, string])[]): string {
  return lines.map(([pattern, action]) => `      ${pattern}) ${action} ;;`).join('\n');
}

function offer(values: Values): string {
  return values.kind === 'words' ? words(values.words) : OFFERS[values.kind];
}

const APPS = '_ovos_oauth_names "$program" list --names';
const PROVIDERS = '_ovos_oauth_names "$program" providers --names';

const OFFERS: Readonly<Record<Exclude<Values['kind'], 'words'>, string>> = {
  apps: APPS,
  providers: PROVIDERS,
  'apps-and-providers': `${APPS}; ${PROVIDERS}`,
  files: 'mapfile -t COMPREPLY < <(compgen -f -- "$cur")',
  anything: ':',
};

function words(list: readonly string[]): string {
  return `mapfile -t COMPREPLY < <(compgen -W ${quote(list.join(' '))} -- "$cur")`;
}

function parentOf(path: string): string {
  return path.split(' ').slice(0, -1).join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
