import type { Command } from 'commander';
import * as v from 'valibot';
import { EXIT, EXIT_MEANINGS } from '../../src/cli/exit-codes.ts';
import { JSON_SHAPES } from '../../src/cli/json-shapes.ts';
import { createProgram } from '../../src/cli/program.ts';
import { connectionStatus } from '../../src/control/connection-status.ts';
import { field } from '../../src/control/fields.ts';
import { OPERATIONS } from '../../src/control/operations/index.ts';
import { waitingSignIn } from '../../src/control/waiting.ts';
import { GENERATED, table } from './markdown.ts';
import { type FieldLine, fieldLines } from './schema.ts';

const CONNECT_LINES = {
  started: 'The first line (an address that is pasted goes to standard input, as a line):',
  opened: 'Where somebody has opened the link:',
  connected: 'The last line, where it went well:',
} as const;

/** Everything that commands print with --json, by the command; several where options or events decide. */
async function jsonOf(): Promise<
  Readonly<Record<string, readonly (readonly [about: string, schema: unknown])[]>>
> {
  const load = async <N extends keyof typeof OPERATIONS>(name: N) =>
    (await OPERATIONS[name]()).operation as Awaited<ReturnType<(typeof OPERATIONS)[N]>>['operation'];
  const { waiting, ...daemon } = (await load('health')).result.entries;
  const overall = v.strictObject({
    daemon: field(v.strictObject(daemon), 'The broker itself, [below](#the-broker).'),
    connections: field(v.array(connectionStatus), 'Every app, [below](#an-app).'),
    waiting,
  });
  return {
    connect: (await load('connect')).event.options.map(
      (event) => [CONNECT_LINES[event.entries.event.literal], event] as const,
    ),
    status: [
      ['Without an app:', overall],
      ['With one:', (await load('status')).result],
    ],
    list: [['', (await load('list')).result]],
    token: [['', (await load('token')).result]],
    refresh: [['', (await load('refresh')).result]],
    revoke: [['', (await load('revoke')).result]],
    share: [['', (await load('share')).result]],
    audit: [['', (await load('audit')).result]],
    providers: [
      ['Of all:', JSON_SHAPES.providers],
      ['Of one:', JSON_SHAPES.provider],
    ],
    'credentials set': [['', (await load('credentials.set')).result]],
    'apps changes': [['', (await load('changes')).result]],
    'apps confirm': [['', (await load('changes.settle')).result]],
    'apps reject': [['', (await load('changes.settle')).result]],
    open: [
      ['', (await load('open')).result],
      ['With `--sessions`:', (await load('sessions')).result],
      ['With `--revoke-session`:', (await load('sessions.revoke')).result],
    ],
    logs: [['Each line:', (await load('logs')).event]],
    doctor: [['', JSON_SHAPES.doctor]],
    config: [['', JSON_SHAPES.config]],
    'store migrate': [['', JSON_SHAPES['store migrate']]],
    'service install': [['', JSON_SHAPES['service install']]],
    'service remove': [['', JSON_SHAPES['service remove']]],
    'service status': [['', JSON_SHAPES.service]],
    export: [['', JSON_SHAPES.export]],
    import: [['', JSON_SHAPES.import]],
    '(broker)': [['', v.strictObject(daemon)]],
  };
}

/** docs/command-line.md. */
export async function commandLinePage(): Promise<string> {
  const output: string[] = [];
  const process = {
    print: (text: string) => void output.push(text),
    printError: (text: string) => void output.push(text),
    screen: { isTerminal: false, columns: 100 },
  };
  const program = await createProgram(process, () => () => Promise.resolve());
  const json = await jsonOf();
  return `${GENERATED}
# The command line

Commands speak to the running broker over a Unix socket that only its own user (and root) can open:
\`control.sock\` in the broker's runtime folder, a private one. Without a broker they say so and end with ${EXIT.notRunning};
\`serve\`, \`providers\`, \`config\`, \`doctor\`, \`service\`, \`export\`, \`import\` and \`completion\` need none, and
\`export\` and \`import\` need it stopped.

An **app** is named by its munged id, by two words (its skill's id and its own), or by what no other app has: its own id,
its provider, its skill. Where a name fits several apps, or none, the answer says which there are.

Results go to standard output, everything else to standard error. Colours are used on a terminal only, and not where
\`NO_COLOR\` is set. Secrets are asked for or read from standard input, never taken from the command line; only \`token\`
prints one.

## JSON

With \`--json\` a command prints one JSON object on one line; \`connect\` and \`logs\` print one a line as things happen.
Fields may be added in later versions: ignore what you don't know. Times are seconds since the Unix epoch, with
fractions. Where a command fails it prints this instead, and ends with the same code as without \`--json\`:

${fields(JSON_SHAPES.failure)}
${commandSections(program.commands, [], json)}
## An app

${fields(connectionStatus)}
## A sign-in that waits

${fields(waitingSignIn)}
## The broker

${(json['(broker)'] ?? []).map(([, schema]) => fields(schema)).join('')}
## Exit codes

${table(
  ['Code', 'Meaning'],
  exitCodes().map(([name, code]) => [String(code), EXIT_MEANINGS[name]]),
)}
## Completion

\`\`\`sh
eval "$(ovos-oauth completion bash)"       # in ~/.bashrc
eval "$(ovos-oauth completion zsh)"        # in ~/.zshrc, after compinit
ovos-oauth completion fish | source        # in ~/.config/fish/config.fish
\`\`\`
`;
}

type Json = Awaited<ReturnType<typeof jsonOf>>;

function commandSections(commands: readonly Command[], parents: readonly string[], json: Json): string {
  return commands
    .map((command) => {
      const path = [...parents, command.name()];
      return command.commands.length > 0
        ? commandSections(command.commands, path, json)
        : commandSection(command, path.join(' '), json[path.join(' ')] ?? []);
    })
    .join('\n');
}

function commandSection(command: Command, path: string, results: Json[string]): string {
  const help = command.createHelp();
  const rows = [
    ...command.registeredArguments.map((one) => [
      `\`${help.argumentTerm(one)}\``,
      one.required
        ? sentence(help.argumentDescription(one))
        : `${sentence(help.argumentDescription(one))} Optional.`,
    ]),
    ...help
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help' && long !== '--json')
      .map((option) => [`\`${option.flags}\``, sentence(help.optionDescription(option))]),
  ];
  const printed = results
    .map(([about, schema]) => `With \`--json\`${about === '' ? ':' : `. ${about}`}\n\n${fields(schema)}`)
    .join('\n');
  return `## \`ovos-oauth ${path}\`

${sentence(command.description())}

\`\`\`text
ovos-oauth ${path} ${command.usage()}
\`\`\`

${rows.length === 0 ? '' : `${table(['', ''], rows)}\n`}${printed}`
    .trimEnd()
    .concat('\n');
}

function fields(schema: unknown): string {
  return table(
    ['Field', '', 'Type', 'Meaning'],
    fieldLines(schema).map(({ name, presence, type, about }: FieldLine) => [
      `\`${name}\``,
      presence,
      type,
      about,
    ]),
  );
}

function exitCodes(): readonly (readonly [keyof typeof EXIT, number])[] {
  return Object.entries(EXIT) as [keyof typeof EXIT, number][];
}

function sentence(text: string): string {
  const end = /[.)]$/.test(text) ? '' : '.';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${end}`;
}
