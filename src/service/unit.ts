/** Name of the unit, whoever's it is. */
export const UNIT = 'ovos-oauth.service';

/** Where every unit that `ovos-oauth service install` writes begins: what begins otherwise belongs to somebody else. */
export const MARK =
  '# Written by `ovos-oauth service install`, which writes it anew; `ovos-oauth service remove` removes it.';

interface UnitBase {
  /** Absolute paths of Node and of the released program. */
  readonly program: readonly [node: string, main: string];
  /** What has to be as in the programs of OVOS, so that both read the same configuration and share the same files. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface UserUnit extends UnitBase {
  readonly scope: 'user';
}

export interface SystemUnit extends UnitBase {
  readonly scope: 'system';
  /** The user that OVOS runs as, and that user's main group and home folder. */
  readonly user: string;
  readonly group: string;
  readonly home: string;
  /** The folders of the journal and of the token files. */
  readonly folders: readonly string[];
  /** Where Python's lock files are. */
  readonly tempDir: string;
}

export type Unit = UserUnit | SystemUnit;

/** The text of a unit file (systemd.unit(5)); understood by systemd 247 (Debian 11) and newer. */
export function unitText(unit: Unit): string {
  const [, main] = unit.program;
  return `${MARK}
[Unit]
Description=OAuth broker of OpenVoiceOS
After=ovos-messagebus.service${unit.scope === 'system' ? ' network.target' : ''}
# A removed package is no failure.
ConditionPathExists=${specified(main)}
# Never give up: the port or the disk may be free again in an hour.
StartLimitIntervalSec=0

[Service]
Type=notify
${startLine(unit.program)}
${identity(unit)}${environment(unit)}Restart=on-failure
RestartSec=5
# A wrong command line or configuration stays wrong until somebody mends it.
RestartPreventExitStatus=2 3
# The broker gives a sign of life as long as its event loop turns and its bus client is at work.
WatchdogSec=60
TimeoutStartSec=60
TimeoutStopSec=30

RuntimeDirectory=ovos-oauth
RuntimeDirectoryMode=0700
UMask=0077
# Tokens are in memory: no core files.
LimitCORE=0

${unit.scope === 'system' ? fileSystem(unit) : ''}NoNewPrivileges=yes
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
KeyringMode=private
# Netlink tells the addresses of this device.
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
# Not MemoryDenyWriteExecute: V8 compiles JavaScript into memory that it then executes.
${unit.scope === 'user' ? NO_MOUNTS : ''}
[Install]
WantedBy=${unit.scope === 'system' ? 'multi-user' : 'default'}.target
`;
}

/** The line of a unit that starts this program. */
export function startLine(program: UnitBase['program']): string {
  return `ExecStart=${command([...program, 'serve'])}`;
}

const NO_MOUNTS = `# Not ProtectSystem and its like: for the units of users they need user namespaces, which many systems do not allow.
`;

function identity(unit: Unit): string {
  if (unit.scope === 'user') return '';
  const { user, group, folders } = unit;
  const asUser = ['/usr/bin/setpriv', `--reuid=${user}`, `--regid=${group}`, '--init-groups', '--'];
  return `User=${user}
Group=${group}
# Before anything is closed off: somebody may have tidied up.
ExecStartPre=+${command([...asUser, '/bin/mkdir', '-p', ...folders])}
`;
}

function fileSystem({ home, folders, tempDir }: SystemUnit): string {
  return `# Nothing can be written but the journal, the token files and Python's lock files.
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths=${[...folders, tempDir].map(word).join(' ')}
InaccessiblePaths=${['.ssh', '.gnupg'].map((folder) => word(`-${home}/${folder}`)).join(' ')}
# Not PrivateTmp: Python programs lock the token files by files in ${tempDir}, and a lock that only one side sees is none.
PrivateDevices=yes
PrivateIPC=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
CapabilityBoundingSet=
AmbientCapabilities=
`;
}

function environment({ environment }: Unit): string {
  return Object.entries(environment)
    .map(([name, value]) => `Environment=${word(`${name}=${value}`)}\n`)
    .join('');
}

/** A command line; a dollar stands for itself (systemd.service(5)). */
function command(words: readonly string[]): string {
  return words.map((text) => word(text).replaceAll('$', '$$$$')).join(' ');
}

/** One word of a setting (systemd.syntax(7)); quoted where it must be. A line end in it would begin another setting. */
function word(text: string): string {
  const escaped = specified(text)
    .replaceAll(/[\\"]/g, String.raw`\$&`)
    .replaceAll(/\p{Cc}/gu, (sign) => String.raw`\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return /^[\w.:/=%@+~-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

/** A percent sign stands for itself (systemd.unit(5), specifiers). */
function specified(text: string): string {
  return text.replaceAll('%', '%%');
}
