import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import type { Environment } from '../../src/config/locations.ts';
import { findPaths } from '../../src/config/paths.ts';

let root: string;
let env: Environment;
const at = (...parts: readonly string[]): string => join(root, ...parts);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'oo-config-'));
  env = {
    HOME: root,
    TMPDIR: root,
    XDG_CONFIG_DIRS: at('xdg'),
    OVOS_DISTRIBUTION_CONFIG: '',
    MYCROFT_SYSTEM_CONFIG: at('system.conf'),
  };
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

describe('a configuration file', () => {
  it.each<[string, string | Uint8Array]>([
    ['that is no JSON', '{"lang": "de-de",}'],
    ['that is cut off', '{"websocket": {"secret_key": "hush'],
    ['that is not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['that holds no object', '["lang"]'],
    ['that holds text', '"lang"'],
  ])('%s is named, and nothing of it is quoted', async (_what, content) => {
    await put(at('system.conf'), content);
    const failure = await loadSettings(env).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'config_unreadable', details: { path: at('system.conf') } });
    expect(String(failure)).not.toContain('hush');
  });

  it('that is broken YAML is named', async () => {
    await put(at('system.yaml'), 'lang: [de-de\n');
    const loading = loadSettings({ ...env, MYCROFT_SYSTEM_CONFIG: at('system.yaml') });
    await expect(loading).rejects.toMatchObject({ code: 'config_unreadable' });
  });

  it('whose folder turns out to be a loop of links is named', async () => {
    await symlink(at('loop'), at('loop'));
    const loading = loadSettings({ ...env, MYCROFT_SYSTEM_CONFIG: at('loop', 'mycroft.conf') });
    await expect(loading).rejects.toMatchObject({ code: 'config_unreadable' });
  });

  it.each(['', '   \n', '// nothing\n', 'null', '{}'])('of %j is no settings', async (content) => {
    await put(at('system.conf'), content);
    await put(at('.config/mycroft/mycroft.conf'), '{"lang": "fr-fr"}');
    expect((await loadSettings(env)).settings.lang).toBe('fr-fr');
  });

  it('that is a folder is no file', async () => {
    await mkdir(at('system.conf'));
    expect((await loadSettings(env)).settings.lang).toBe('en-us');
  });
});

describe('folders', () => {
  it('follow the XDG variables and the base folder of the core', async () => {
    await mkdir(at('run'));
    const paths = findPaths({
      ...env,
      XDG_STATE_HOME: at('state'),
      XDG_CACHE_HOME: at('cache'),
      XDG_RUNTIME_DIR: at('run'),
      OVOS_CONFIG_BASE_FOLDER: 'neon',
    });
    expect(paths).toEqual({
      stateDir: at('state/neon/ovos-oauth'),
      cacheDir: at('cache/neon/json_database'),
      runtimeDir: at('run/ovos-oauth'),
      tempDir: root,
    });
  });

  it.each(['missing', 'relative'])(
    'of run-time files are in the temp folder when XDG_RUNTIME_DIR is %s',
    (what) => {
      const runtime = what === 'missing' ? at('none') : 'run';
      const { runtimeDir } = findPaths({ ...env, XDG_RUNTIME_DIR: runtime });
      expect(runtimeDir).toBe(at(`ovos-oauth-${process.getuid?.()}`));
    },
  );

  it('of run-time files are where systemd has made them, but not in the folder of another service', async () => {
    await mkdir(at('ovos-oauth'), { recursive: true });
    await mkdir(at('other'), { recursive: true });
    await mkdir(at('run'), { recursive: true });
    const runtimeOf = (given: string): string =>
      findPaths({ ...env, XDG_RUNTIME_DIR: at('run'), RUNTIME_DIRECTORY: at(given) }).runtimeDir;
    expect(['ovos-oauth', 'other', 'gone/ovos-oauth'].map(runtimeOf)).toEqual([
      at('ovos-oauth'),
      at('run/ovos-oauth'),
      at('run/ovos-oauth'),
    ]);
  });

  it('skip a temp folder that does not exist, as Python does', async () => {
    await put(at('a-file'), '');
    await mkdir(at('temp'));
    await chmod(at('temp'), 0o700);
    const { tempDir } = findPaths({ ...env, TMPDIR: at('none'), TEMP: at('a-file'), TMP: at('temp') });
    expect(tempDir).toBe(at('temp'));
  });
});
