import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A device of its own for one test: every folder that OVOS programs read or write, apart from everybody else's. */
export interface OvosHome {
  readonly dir: string;
  /** The whole environment for a child process on this device. */
  readonly env: NodeJS.ProcessEnv;
  /** `$XDG_CONFIG_HOME/mycroft/mycroft.conf`. */
  readonly configFile: string;
  /** `$XDG_CACHE_HOME/mycroft/json_database`: the token files that Python programs share. */
  readonly databaseDir: string;
  readonly stateDir: string;
  readonly runtimeDir: string;
  /** `TMPDIR`: Python's locks are here. */
  readonly tempDir: string;
  /** Writes the user's mycroft.conf. */
  writeConfig(config: object): Promise<void>;
  remove(): Promise<void>;
}

/** Makes the folders of an OVOS device under `parent` (default: the system's temporary folder). */
export async function createOvosHome(options: { parent?: string; config?: object } = {}): Promise<OvosHome> {
  // Kept short: a socket path in the runtime folder must fit into 107 bytes.
  const dir = await mkdtemp(join(options.parent ?? tmpdir(), 'oo-'));
  const at = (...parts: string[]): string => join(dir, ...parts);
  const configFile = at('.config', 'mycroft', 'mycroft.conf');
  const databaseDir = at('.cache', 'mycroft', 'json_database');
  const stateDir = at('.local', 'state');
  const runtimeDir = at('run');
  const tempDir = at('tmp');
  await Promise.all([
    mkdir(at('.config', 'mycroft'), { recursive: true }),
    mkdir(databaseDir, { recursive: true }),
    mkdir(stateDir, { recursive: true }),
    mkdir(at('.local', 'share'), { recursive: true }),
    mkdir(runtimeDir, { recursive: true, mode: 0o700 }),
    mkdir(tempDir, { recursive: true }),
  ]);
  const writeConfig = (config: object): Promise<void> =>
    writeFile(configFile, `${JSON.stringify(config, null, 2)}\n`);
  await writeConfig(options.config ?? {});
  return {
    dir,
    env: {
      PATH: process.env['PATH'],
      LANG: 'C.UTF-8',
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONUNBUFFERED: '1',
      HOME: dir,
      XDG_CONFIG_HOME: at('.config'),
      XDG_CACHE_HOME: at('.cache'),
      XDG_DATA_HOME: at('.local', 'share'),
      XDG_STATE_HOME: stateDir,
      XDG_RUNTIME_DIR: runtimeDir,
      XDG_CONFIG_DIRS: at('etc', 'xdg'),
      XDG_DATA_DIRS: at('usr', 'share'),
      TMPDIR: tempDir,
      OVOS_DISTRIBUTION_CONFIG: at('usr', 'share', 'mycroft', 'mycroft.conf'),
      MYCROFT_SYSTEM_CONFIG: at('etc', 'mycroft', 'mycroft.conf'),
    },
    configFile,
    databaseDir,
    stateDir,
    runtimeDir,
    tempDir,
    writeConfig,
    remove: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }),
  };
}
