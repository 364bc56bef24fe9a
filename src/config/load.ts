import { BUILT_IN } from './built-in.ts';
import { configLocations, type Environment } from './locations.ts';
import { effectiveLayers, type Layer } from './merge.ts';
import { findPaths } from './paths.ts';
import { readLayer } from './read-layer.ts';
import { parseSettings, type Settings } from './settings.ts';

/**
 * The settings of this machine and user, and the layers they come from (lowest first).
 * @param commandLine what the user said on the command line; over everything else
 * @throws OAuthBrokerError `config_unreadable` {path}, `config_invalid` {field, path}
 */
export async function loadSettings(
  env: Environment,
  ...commandLine: readonly Layer[]
): Promise<{ settings: Settings; layers: readonly Layer[] }> {
  const layers = effectiveLayers([...(await readLayers(env)), ...commandLine]);
  return { settings: parseSettings(layers, findPaths(env)), layers };
}

/** Every layer that ovos_config.config.Configuration reads, in its order: lowest first. */
export async function readLayers(env: Environment): Promise<readonly Layer[]> {
  const locations = configLocations(env);
  const read = async (kind: Layer['kind'], path: string): Promise<Layer> => ({
    kind,
    path,
    values: await readLayer(path),
  });
  return Promise.all([
    locations.defaults === undefined
      ? { kind: 'defaults' as const, path: '', values: BUILT_IN }
      : read('defaults', locations.defaults),
    read('remote', locations.remote),
    read('distribution', locations.distribution),
    read('system', locations.system),
    read('user', locations.oldUser),
    ...locations.xdg.map((path) => read('user', path)),
  ]);
}
