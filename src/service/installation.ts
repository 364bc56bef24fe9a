import { join } from 'node:path';
import { type Environment, xdgHome } from '../config/locations.ts';
import { findPaths } from '../config/paths.ts';
import type { Outcome, ServiceHost } from './host.ts';
import { MARK, startLine, type Unit, UNIT, unitText } from './unit.ts';

export type Scope = Unit['scope'];

export interface ServiceOptions {
  readonly scope: Scope;
  /** For a system unit: the user that OVOS runs as. Default: who called sudo. */
  readonly user?: string;
}

/** Why the service could not be installed, removed or looked at; nothing was changed but what the report says. */
export type Refusal =
  | { readonly kind: 'no_systemd' }
  | { readonly kind: 'needs_root' }
  | { readonly kind: 'user_needed' }
  | { readonly kind: 'user_unknown'; readonly user: string }
  | { readonly kind: 'foreign_unit'; readonly path: string }
  | { readonly kind: 'systemctl_failed'; readonly command: string; readonly reason: string };

export class ServiceRefused extends Error {
  override readonly name = 'ServiceRefused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.kind);
    this.refusal = refusal;
  }
}

export interface Installed {
  readonly path: string;
  /** Whether the unit was written, or was as it has to be already. */
  readonly isWritten: boolean;
  /** Whether systemd runs here; where it does not, the unit counts from the next start on. */
  readonly isRunning: boolean;
  readonly isStarted: boolean;
  /** The unit of the other scope, where there is one: both would be started. */
  readonly other?: string;
  /** A user's unit: whether it starts before the user has logged in. */
  readonly isLingering: boolean;
}

export interface Removed {
  readonly path: string;
  /** Whether there was anything to remove. */
  readonly isRemoved: boolean;
}

export interface ServiceState {
  readonly scope: Scope;
  readonly path: string;
  readonly unit: 'missing' | 'foreign' | 'installed' | 'outdated';
  /** systemd's words, such as `enabled` and `active`; missing where it does not run here. */
  readonly enabled?: string;
  readonly active?: string;
  /** What the broker says of itself. */
  readonly status?: string;
}

/** What of the environment leads OVOS programs to their files; whoever has set it has set it for all of them. */
const OVOS_VARIABLES = [
  'OVOS_CONFIG_BASE_FOLDER',
  'OVOS_CONFIG_FILENAME',
  'OVOS_DEFAULT_CONFIG',
  'OVOS_DISTRIBUTION_CONFIG',
  'MYCROFT_SYSTEM_CONFIG',
  'NODE_EXTRA_CA_CERTS',
];
/** The same, but only for the user whose environment it is. */
const USER_VARIABLES = [
  'MYCROFT_WEB_CACHE',
  'XDG_CONFIG_HOME',
  'XDG_CACHE_HOME',
  'XDG_STATE_HOME',
  'XDG_CONFIG_DIRS',
  'TMPDIR',
];

/** The service of this device under systemd. */
export class Installation {
  readonly #host: ServiceHost;
  readonly #options: ServiceOptions;

  constructor(host: ServiceHost, options: ServiceOptions) {
    this.#host = host;
    this.#options = options;
  }

  /**
   * Writes the unit and enables it. Doing it again changes nothing, or brings the unit up to date.
   *
   * @param now starts it as well; where it runs, it is started anew
   * @throws ServiceRefused
   */
  async install(now: boolean): Promise<Installed> {
    const host = this.#host;
    const path = this.#path;
    await this.#systemctl('--version');
    const text = unitText(await this.#unit());
    const before = await this.#read();
    if (before !== text) await host.write(path, text);
    await this.#reload();
    await this.#systemctl('enable', UNIT);
    const isRunning = await this.#isRunning();
    if (now && isRunning) await this.#systemctl('restart', UNIT);
    const other = unitPath(host, this.#options.scope === 'user' ? 'system' : 'user');
    return {
      path,
      isWritten: before !== text,
      isRunning,
      isStarted: now && isRunning,
      ...((await host.exists(other)) ? { other } : {}),
      isLingering: await host.exists(join('/var/lib/systemd/linger', host.env['USER'] ?? '-')),
    };
  }

  /**
   * Stops the service and removes its unit; apps and sign-ins stay.
   *
   * @throws ServiceRefused
   */
  async remove(): Promise<Removed> {
    const path = this.#path;
    if (this.#options.scope === 'system') this.#asRoot();
    if ((await this.#read()) === undefined) return { path, isRemoved: false };
    if (await this.#isRunning()) await this.#systemctl('stop', UNIT);
    await this.#systemctl('disable', UNIT);
    await this.#host.remove(path);
    await this.#reload();
    return { path, isRemoved: true };
  }

  /** @throws ServiceRefused `no_systemd` */
  async state(): Promise<ServiceState> {
    const { scope } = this.#options;
    const text = await this.#host.read(this.#path);
    const base = { scope, path: this.#path };
    if (text === undefined) return { ...base, unit: 'missing' };
    const unit = unitKind(text, this.#host);
    if (!(await this.#isRunning())) return { ...base, unit };
    const shown = await this.#systemctl(
      'show',
      '--property=UnitFileState',
      '--property=ActiveState',
      '--property=StatusText',
      UNIT,
    );
    const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(shown)?.[1] ?? '';
    return {
      ...base,
      unit,
      enabled: value('UnitFileState'),
      active: value('ActiveState'),
      status: value('StatusText'),
    };
  }

  get #path(): string {
    return unitPath(this.#host, this.#options.scope);
  }

  async #unit(): Promise<Unit> {
    const { env, program, uid } = this.#host;
    if (this.#options.scope === 'user') {
      return { scope: 'user', program, environment: picked(env, [...OVOS_VARIABLES, ...USER_VARIABLES]) };
    }
    this.#asRoot();
    const name = this.#options.user ?? env['SUDO_USER'];
    if (name === undefined || (name === 'root' && this.#options.user === undefined)) {
      throw new ServiceRefused({ kind: 'user_needed' });
    }
    const user = await this.#lookUp(name);
    const variables = user.uid === uid ? [...OVOS_VARIABLES, ...USER_VARIABLES] : OVOS_VARIABLES;
    const environment = picked(env, variables);
    const { stateDir, cacheDir, tempDir } = findPaths({ ...environment, HOME: user.home });
    const { home, group } = user;
    return {
      scope: 'system',
      program,
      environment,
      user: name,
      group,
      home,
      folders: [stateDir, cacheDir],
      tempDir,
    };
  }

  async #lookUp(user: string): Promise<{ uid: number; group: string; home: string }> {
    const found = await this.#host.run('getent', ['passwd', '--', user], this.#host.env);
    const [, , uid, group = '', , home = ''] = found?.stdout.trim().split(':') ?? [];
    if (uid === undefined || !home.startsWith('/')) throw new ServiceRefused({ kind: 'user_unknown', user });
    return { uid: Number(uid), group, home };
  }

  /** The unit that is there. @throws ServiceRefused where somebody else has written it */
  async #read(): Promise<string | undefined> {
    const path = this.#path;
    const text = await this.#host.read(path);
    if (text?.startsWith(MARK) === false) throw new ServiceRefused({ kind: 'foreign_unit', path });
    return text;
  }

  #asRoot(): void {
    if (this.#host.uid !== 0) throw new ServiceRefused({ kind: 'needs_root' });
  }

  async #reload(): Promise<void> {
    if (await this.#isRunning()) await this.#systemctl('daemon-reload');
  }

  /** Whether a manager of this scope runs and can be asked. */
  #isRunning(): Promise<boolean> {
    const { root, env } = this.#host;
    if (root !== '') return Promise.resolve(false);
    return this.#host.exists(
      this.#options.scope === 'system'
        ? '/run/systemd/system'
        : join(runtimeFolder(env, this.#host.uid), 'systemd/private'),
    );
  }

  async #systemctl(...args: readonly string[]): Promise<string> {
    const { env, root, uid } = this.#host;
    const place = [
      ...(this.#options.scope === 'user' ? ['--user'] : []),
      ...(root === '' || this.#options.scope === 'user' ? [] : [`--root=${root}`]),
    ];
    const outcome = await this.#host.run('systemctl', [...place, ...args], {
      ...env,
      LC_ALL: 'C',
      XDG_RUNTIME_DIR: runtimeFolder(env, uid),
      // Without a manager systemctl does by itself what can be done on the disk.
      ...((await this.#isRunning()) ? {} : { SYSTEMD_OFFLINE: '1' }),
    });
    if (outcome === undefined) throw new ServiceRefused({ kind: 'no_systemd' });
    if (outcome.code === 0) return outcome.stdout;
    const command = `systemctl ${[...place, ...args].join(' ')}`;
    throw new ServiceRefused({ kind: 'systemctl_failed', command, reason: reasonOf(outcome) });
  }
}

function unitKind(text: string, { program }: ServiceHost): 'foreign' | 'installed' | 'outdated' {
  if (!text.startsWith(MARK)) return 'foreign';
  // Another Node or another place of the package than those that run here.
  return text.includes(`\n${startLine(program)}\n`) ? 'installed' : 'outdated';
}

function unitPath({ env, root }: ServiceHost, scope: Scope): string {
  return scope === 'system'
    ? join(root || '/', 'etc/systemd/system', UNIT)
    : join(xdgHome(env, 'XDG_CONFIG_HOME', '.config'), 'systemd/user', UNIT);
}

/** A shell that `su` has opened has no XDG_RUNTIME_DIR, although there is one. */
function runtimeFolder(env: Environment, uid: number): string {
  return env['XDG_RUNTIME_DIR'] ?? `/run/user/${uid}`;
}

function picked(env: Environment, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]] as const] : [])));
}

/** systemctl's first line says why; the ones after it say where to look. */
function reasonOf({ code, stderr }: Outcome): string {
  return stderr.trim().split('\n')[0] || `exit code ${code}`;
}
