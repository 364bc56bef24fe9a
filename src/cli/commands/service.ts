import {
  Installation,
  type Installed,
  type Refusal,
  type Scope,
  ServiceRefused,
  type ServiceState,
} from '../../service/installation.ts';
import { type CommandFile, type JsonOption, withJson } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { show, toJson } from '../output.ts';
import type { CommandProcess } from '../process.ts';

export interface ServiceCommandOptions extends JsonOption {
  /** Neither: for root the system's, for everybody else their own. */
  readonly system?: boolean;
  readonly user?: boolean;
  /** The user that OVOS runs as. */
  readonly as?: string;
}

export interface InstallCommandOptions extends ServiceCommandOptions {
  readonly now?: boolean;
}

export const register: CommandFile['register'] = (program, runs) => {
  const group = program
    .command('service')
    .description('run the broker as a service of systemd')
    .helpCommand(false);
  const ofSystem = ['--system', "a service of the system, for root; root's default"] as const;
  const ofUser = ['--user', "your own service; everybody else's default"] as const;
  const commands = {
    install: withJson(group.command('install')).description(
      'write the unit and enable it; again, to bring it up to date',
    ),
    remove: withJson(group.command('remove')).description(
      'stop the service and remove its unit; apps and sign-ins stay',
    ),
    status: withJson(group.command('status')).description(
      'whether it is installed and runs; ends with 1 where it does not',
    ),
  };
  for (const command of Object.values(commands)) command.option(...ofSystem).option(...ofUser);
  commands.install
    .option('--as <user>', 'with --system: the user that OVOS runs as (default: who called sudo)')
    .option('--now', 'start it as well, or anew')
    .action(runs((process, options: InstallCommandOptions) => installService(options, process)));
  commands.remove.action(runs((process, options: ServiceCommandOptions) => removeService(options, process)));
  commands.status.action(runs((process, options: ServiceCommandOptions) => serviceStatus(options, process)));
};

/** `ovos-oauth service install`: runs the broker under systemd. Says what it did, and how to undo it. */
function installService(options: InstallCommandOptions, process: CommandProcess): Promise<ExitCode> {
  return withInstallation(options, process, async (installation, scope) => {
    const installed = await installation.install(options.now === true);
    const { path, isWritten: written, isStarted: started } = installed;
    show(process, options, { scope, path, written, started }, () => installedLines(installed, scope));
    return EXIT.ok;
  });
}

/** `ovos-oauth service remove`: undoes that. Apps and sign-ins stay. */
function removeService(options: ServiceCommandOptions, process: CommandProcess): Promise<ExitCode> {
  return withInstallation(options, process, async (installation, scope) => {
    const { path, isRemoved: removed } = await installation.remove();
    show(process, options, { scope, path, removed }, () =>
      removed
        ? [
            `Stopped the service and removed ${path}`,
            'Apps and sign-ins are where they were: the Python plugin, or a later installation, goes on with them.',
          ]
        : [`There is no ${path}: nothing to remove.`],
    );
    return EXIT.ok;
  });
}

/** `ovos-oauth service status`: ends with 0 where the service runs, else with 1. */
function serviceStatus(options: ServiceCommandOptions, process: CommandProcess): Promise<ExitCode> {
  return withInstallation(options, process, async (installation) => {
    const state = await installation.state();
    show(process, options, state, stateLines);
    return state.active === 'active' ? EXIT.ok : EXIT.failure;
  });
}

async function withInstallation(
  options: ServiceCommandOptions,
  process: CommandProcess,
  work: (installation: Installation, scope: Scope) => Promise<ExitCode>,
): Promise<ExitCode> {
  const host = await process.serviceHost();
  const isOfSystem = options.system === true || (options.user !== true && host.uid === 0);
  const scope = isOfSystem ? 'system' : 'user';
  const user = options.as === undefined ? {} : { user: options.as };
  try {
    return await work(new Installation(host, { scope, ...user }), scope);
  } catch (error) {
    if (!(error instanceof ServiceRefused)) throw error;
    const { refusal } = error;
    const text = sentence(refusal);
    if (options.json === true) process.print(toJson({ error: text, error_code: refusal.kind }));
    else process.printError(`ovos-oauth: ${text}`);
    return refusal.kind === 'user_needed' ? EXIT.usage : EXIT.failure;
  }
}

function installedLines(installed: Installed, scope: Scope): string[] {
  const { path, isWritten, isRunning, isStarted, other, isLingering } = installed;
  const start = scope === 'system' ? 'when the device starts' : 'when you log in';
  const lines = [
    isWritten ? `Wrote ${path}` : `${path} is as it has to be already.`,
    `Enabled: it starts ${start}${isRunning ? '' : '; systemd does not run here, so it could not be started now'}.`,
  ];
  if (isStarted) lines.push('Started.');
  else if (isRunning)
    lines.push(`To start it now: systemctl ${scope === 'user' ? '--user ' : ''}start ovos-oauth`);
  if (scope === 'user' && !isLingering) {
    lines.push('To have it start without a login: loginctl enable-linger');
  }
  if (other !== undefined) {
    lines.push(`There is also ${other}: only one of the two can run. Remove one.`);
  }
  lines.push(`To undo this: ovos-oauth service remove --${scope}`);
  return lines;
}

const UNIT_STATES: Readonly<Record<ServiceState['unit'], string>> = {
  missing: 'not installed',
  foreign: 'not written by ovos-oauth',
  installed: 'installed',
  outdated: 'starts another ovos-oauth or Node than this one; install it again',
};

function stateLines({ path, unit, enabled, active, status }: ServiceState): string[] {
  return [
    `unit     ${path} (${UNIT_STATES[unit]})`,
    ...(enabled === undefined ? [] : [`enabled  ${enabled}`]),
    ...(active === undefined ? [] : [`active   ${active}`]),
    ...(status ? [`status   ${status}`] : []),
  ];
}

function sentence(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'no_systemd':
      return 'There is no systemd on this machine. Let whatever starts your services run: ovos-oauth serve';
    case 'needs_root':
      return 'Only root can install or remove a service of the system. Use sudo, or --user.';
    case 'user_needed':
      return 'As which user does OVOS run? Say it with --as <user>.';
    case 'user_unknown':
      return `There is no user ${refusal.user} on this machine.`;
    case 'foreign_unit':
      return `${refusal.path} was not written by this command and stays as it is. Remove it first.`;
    case 'systemctl_failed':
      return `${refusal.command} failed: ${refusal.reason}`;
    default:
      return refusal satisfies never;
  }
}
