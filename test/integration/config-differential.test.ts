import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { json as readJson } from 'node:stream/consumers';
import fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadSettings, readLayers } from '../../src/config/load.ts';
import { configLocations, type Environment } from '../../src/config/locations.ts';
import { effectiveLayers, mergeLayers } from '../../src/config/merge.ts';
import { findPaths } from '../../src/config/paths.ts';
import { asBrokerError } from '../../src/errors.ts';
import type { JsonObject } from '../../src/json.ts';
import { pythonVenv, supportScript, venvPython } from '../support/python-venv.ts';

const answersSchema = v.array(
  v.union([
    v.object({
      config: v.record(v.string(), v.unknown()),
      cache_dir: v.string(),
      temp_dir: v.string(),
    }),
    v.object({ error: v.string() }),
  ]),
);

/** Asks the real ovos_config, one process per environment. */
async function askPython(environments: readonly Environment[]) {
  const python = spawn(venvPython(), [supportScript('python/configuration.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  python.stdin.end(JSON.stringify(environments));
  return v.parse(answersSchema, await readJson(python.stdout));
}

// Few names, so that layers meet; among them those that the settings come from.
const KEYS = ['lang', 'websocket', 'PHAL', 'a', 'b'];
const INNER_KEYS = ['host', 'port', 'ssl', 'a', 'b', 'c', 'ovos-PHAL-plugin-oauth'];

const scalar = fc.oneof(
  fc.constantFrom<JsonObject[string]>(
    null,
    true,
    false,
    0,
    8181,
    1.5,
    '',
    '127.0.0.1',
    'de-at',
    '//no comment',
    '#ä€',
  ),
  fc.array(fc.constantFrom(1, 'x', null), { maxLength: 2 }),
);
const inner = (depth: number): fc.Arbitrary<JsonObject[string]> =>
  depth === 0
    ? scalar
    : fc.oneof(scalar, fc.dictionary(fc.constantFrom(...INNER_KEYS), inner(depth - 1), { maxKeys: 4 }));
const protectedKey = fc.constantFrom(
  'a',
  'b',
  'websocket',
  'PHAL:ovos-PHAL-plugin-oauth',
  'a:b',
  'a:b:c',
  'b:a:port',
);
const system = fc.record(
  {
    disable_user_config: fc.boolean(),
    disable_remote_config: fc.boolean(),
    protected_keys: fc.record(
      { user: fc.array(protectedKey, { maxLength: 3 }), remote: fc.array(protectedKey, { maxLength: 3 }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const values = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...KEYS), inner(3), { maxKeys: 5 }),
    fc.option(system, { nil: undefined, freq: 3 }),
  )
  .map(([rest, section]): JsonObject => (section === undefined ? rest : { ...rest, system: section }));
/** A file of one layer: its settings, or a text that counts as none, or that there is no file. */
const file = fc.oneof(
  { weight: 8, arbitrary: values },
  { weight: 1, arbitrary: fc.constantFrom('null', '{}', '// only a comment\n{}\n') },
  { weight: 2, arbitrary: fc.constant(undefined) },
);

/** Paths are below the folder of the scenario, written `@`; `undefined` leaves the variable out. */
const environment = fc.record({
  HOME: fc.constant('@/home'),
  TMPDIR: fc.constantFrom('@/tmp', '@/not-there', '', undefined),
  TEMP: fc.constant('@/temp'),
  OVOS_CONFIG_BASE_FOLDER: fc.constantFrom('neon', '', undefined, undefined),
  OVOS_CONFIG_FILENAME: fc.constantFrom('neon.yaml', 'neon.json', '', undefined, undefined),
  OVOS_DEFAULT_CONFIG: fc.constantFrom('@/default.conf', '@/default.yml'),
  OVOS_DISTRIBUTION_CONFIG: fc.constantFrom('@/dist.conf', '@/dist.yaml', '@/system.conf', ''),
  MYCROFT_SYSTEM_CONFIG: fc.constantFrom('@/system.conf', '@/system.conf', ''),
  MYCROFT_WEB_CACHE: fc.constantFrom('@/cache.json', '@/dist.conf', '', undefined),
  XDG_CONFIG_HOME: fc.constantFrom('@/xdg/home', '@/xdg/one', 'relative', '', undefined),
  XDG_CONFIG_DIRS: fc.constantFrom('@/xdg/one:@/xdg/two', '@/xdg/two', 'relative:@/xdg/one:', '@/xdg/three'),
  XDG_CACHE_HOME: fc.constantFrom('@/cache', 'relative', undefined),
  XDG_STATE_HOME: fc.constant('@/state'),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;
const scenario = fc.record({ environment, files: fc.array(file, { minLength: 9, maxLength: 9 }) });

/** Writes the files of one scenario; two layers at the same place get the same file. */
async function setUp(folder: string, { environment, files }: Scenario): Promise<Environment> {
  const env = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value.replaceAll('@', folder)]],
    ),
  );
  await mkdir(join(folder, 'tmp'), { recursive: true });
  await mkdir(join(folder, 'temp'));
  const { defaults, remote, distribution, system, oldUser, xdg } = configLocations(env);
  const paths = [defaults, remote, distribution, system, oldUser, ...xdg];
  for (const [index, path] of paths.entries()) {
    const content = files[index];
    if (content === undefined || path === undefined || !isAbsolute(path)) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, textOf(content, path));
  }
  return env;
}

function textOf(content: JsonObject | string, path: string): string {
  if (typeof content === 'string') return path.endsWith('ml') ? '' : content;
  if (path.endsWith('ml')) return stringify(content, { version: '1.1' });
  return JSON.stringify(content, null, 2).replaceAll('\n', '\n  // a "comment", {\n# another\n');
}

/** The settings, or why there are none. */
async function outcome(env: Environment): Promise<unknown> {
  try {
    return (await loadSettings(env)).settings;
  } catch (thrown) {
    const { code, details } = asBrokerError(thrown);
    return { code, field: details['field'] };
  }
}

describe('the configuration, against the real ovos_config', () => {
  const scenarios = fc.sample(scenario, { numRuns: 100, seed: 36_536 });
  let root: string;
  let environments: Environment[];
  let answers: Awaited<ReturnType<typeof askPython>>;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'oo-config-'));
    environments = await Promise.all(scenarios.map((one, index) => setUp(join(root, String(index)), one)));
    answers = await askPython(environments);
  }, 300_000);
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('merges every combination of layers and variables to the same configuration', async () => {
    let compared = 0;
    for (const [index, env] of environments.entries()) {
      const python = answers[index];
      // Some protected keys make Python itself fail (nested_delete); then there is nothing to be like.
      if (python === undefined || 'error' in python) continue;
      compared += 1;
      const ours = mergeLayers(effectiveLayers(await readLayers(env)));
      expect(ours, `scenario ${index}: ${JSON.stringify(scenarios[index])}`).toEqual(python.config);
    }
    expect(compared).toBeGreaterThan(70);
  });

  it('finds the same json_database and temp folder', () => {
    for (const [index, env] of environments.entries()) {
      const python = answers[index];
      if (python === undefined || 'error' in python) continue;
      const { cacheDir, tempDir } = findPaths(env);
      expect({ cacheDir, tempDir }).toEqual({ cacheDir: python.cache_dir, tempDir: python.temp_dir });
    }
  });

  it('has the defaults of the ovos_config package built in, as far as they matter here', async () => {
    const [folder] = await readdir(join(pythonVenv(), 'lib'));
    const defaults = join(pythonVenv(), 'lib', folder ?? '', 'site-packages/ovos_config/mycroft.conf');
    for (const env of environments) {
      const { OVOS_DEFAULT_CONFIG: _, ...unset } = env;
      expect(await outcome(unset)).toEqual(await outcome({ ...env, OVOS_DEFAULT_CONFIG: defaults }));
    }
  });

  it('keeps what the ovos_config package protects from the backend out of its reach', async () => {
    const folder = join(root, 'backend');
    await mkdir(folder);
    const remote = { websocket: { host: '10.0.0.1' }, lang: 'de-de', system: { disable_user_config: true } };
    await writeFile(join(folder, 'cache.json'), JSON.stringify(remote));
    const env = {
      HOME: folder,
      TMPDIR: folder,
      OVOS_DISTRIBUTION_CONFIG: '',
      MYCROFT_SYSTEM_CONFIG: '',
      MYCROFT_WEB_CACHE: join(folder, 'cache.json'),
      XDG_CONFIG_DIRS: folder,
    };
    const [python] = await askPython([env]);
    const { settings } = await loadSettings(env);
    expect(python).toMatchObject({ config: { lang: settings.lang, websocket: { host: settings.bus.host } } });
    expect(settings).toMatchObject({ lang: 'de-de', bus: { host: '127.0.0.1' } });
  });

  it('reads comments and YAML as Python does', async () => {
    const texts: Record<string, string> = {
      'system.conf': '\t // one\r\n{"a": "x // y # z",\u2028#two\u2028 "b": [1,\n//, 2\n3]}',
      'dist.yaml':
        'PHAL: &base {port: 0o17, log: {level: info}}\nother: {<<: *base, port: 017}\non_: on\nno_: No\nbig: 1_000\nport: 12\nport: 13\n',
    };
    const folder = join(root, 'texts');
    await mkdir(folder);
    for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
    const env = {
      HOME: folder,
      TMPDIR: folder,
      OVOS_DEFAULT_CONFIG: join(folder, 'none.conf'),
      OVOS_DISTRIBUTION_CONFIG: join(folder, 'dist.yaml'),
      MYCROFT_SYSTEM_CONFIG: join(folder, 'system.conf'),
      XDG_CONFIG_DIRS: folder,
    };
    const [python] = await askPython([env]);
    const ours = mergeLayers(effectiveLayers(await readLayers(env)));
    expect(python).toMatchObject({ config: ours });
    expect(ours).toMatchObject({ b: [1, 3], on_: true, other: { port: 15 }, port: 13 });
  });
});
