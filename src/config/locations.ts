import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The process environment, or what a test puts in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where ovos-config looks for configuration (ovos_config.locations, ovos_config.meta). An empty path is no file. */
export interface ConfigLocations {
  /** `OVOS_DEFAULT_CONFIG`; where it is not set, the Python package's own defaults count: see `built-in.ts`. */
  readonly defaults: string | undefined;
  readonly remote: string;
  readonly distribution: string;
  readonly system: string;
  /** `~/.mycroft/mycroft.conf`, deprecated but still read. */
  readonly oldUser: string;
  /**
   * Lowest first. The user's own file is the lowest and the first of `XDG_CONFIG_DIRS` the highest, which is the
   * reverse of what the XDG specification says; so it is in Python (get_xdg_config_locations).
   */
  readonly xdg: readonly string[];
}

export function configLocations(env: Environment): ConfigLocations {
  const base = baseFolder(env);
  const file = env['OVOS_CONFIG_FILENAME'] || 'mycroft.conf';
  const home = xdgHome(env, 'XDG_CONFIG_HOME', '.config');
  return {
    defaults: env['OVOS_DEFAULT_CONFIG'] || undefined,
    remote: env['MYCROFT_WEB_CACHE'] || pythonJoin(home, base, 'web_cache.json'),
    // Here, unlike above, an empty variable means no file (`os.environ.get(name, default)`).
    distribution: env['OVOS_DISTRIBUTION_CONFIG'] ?? `/usr/share/${base}/${file}`,
    system: env['MYCROFT_SYSTEM_CONFIG'] ?? `/etc/${base}/${file}`,
    oldUser: pythonJoin(homeFolder(env), `.${base}`, file),
    xdg: [...xdgConfigDirs(env), home].map((folder) => pythonJoin(folder, base, file)).toReversed(),
  };
}

/** The folder below every XDG folder; `mycroft` unless a derivative core says otherwise. */
export function baseFolder(env: Environment): string {
  return env['OVOS_CONFIG_BASE_FOLDER'] || 'mycroft';
}

/** An XDG base folder (ovos_utils.xdg_utils): the variable where it is an absolute path, else `~/<fallback>`. */
export function xdgHome(env: Environment, variable: string, fallback: string): string {
  const value = env[variable];
  return value && isAbsolute(value) ? value : join(homeFolder(env), fallback);
}

function xdgConfigDirs(env: Environment): readonly string[] {
  const folders = (env['XDG_CONFIG_DIRS'] ?? '').split(':').filter((folder) => isAbsolute(folder));
  return folders.length > 0 ? folders : ['/etc/xdg'];
}

/** `os.path.expanduser('~')`. */
function homeFolder(env: Environment): string {
  return (env['HOME'] ?? homedir()).replace(/\/+$/, '') || '/';
}

/** `os.path.join`: an absolute part starts anew. */
export function pythonJoin(...parts: readonly [string, ...string[]]): string {
  const start = parts.findLastIndex((part) => isAbsolute(part));
  return join(...parts.slice(Math.max(start, 0)));
}
