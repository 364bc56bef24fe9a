import * as v from 'valibot';
import { OAuthBrokerError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** One source of settings. */
export interface Layer {
  readonly kind: 'defaults' | 'remote' | 'distribution' | 'system' | 'user' | 'command line';
  /** The file, as its location was given; empty for what is no file. */
  readonly path: string;
  readonly values: JsonObject;
}

/** ovos-config's "system constraints": what an administrator takes out of the hands of users and the backend. */
const constraintsSchema = v.object({
  disable_user_config: v.optional(v.unknown()),
  disable_remote_config: v.optional(v.unknown()),
  protected_keys: v.nullish(
    v.pipe(
      // An array is an object to valibot; taken for one it would protect nothing.
      v.custom<JsonObject>(isJsonObject),
      v.object({ user: v.nullish(v.array(v.string())), remote: v.nullish(v.array(v.string())) }),
    ),
  ),
});

/**
 * The layers that count, lowest first, each without the keys that it may not set. As
 * ovos_config.config.Configuration.load_all_configs and filter_and_merge do it, when a process loads them first. (Its
 * layers share objects, so from the second load on a user's own section `system` counts too, against its documentation.)
 * @param layers lowest first: defaults, remote, distribution, system, users'
 * @throws OAuthBrokerError `config_invalid` where the constraints make no sense
 */
export function effectiveLayers(layers: readonly Layer[]): readonly Layer[] {
  const constraints = systemConstraints(layers);
  const skipUser = isTruthy(constraints.disable_user_config);
  const skipRemote = isTruthy(constraints.disable_remote_config);
  // Python tells the layers apart by their paths, so a file that is named twice is the same kind both times, and the
  // distribution's file counts as a user's.
  const trusted = pathsOf(layers, 'defaults', 'system');
  const remote = pathsOf(layers, 'remote');
  return layers.flatMap((layer): readonly Layer[] => {
    if (layer.kind === 'command line') return [layer];
    const isUser = !trusted.includes(layer.path);
    const isRemote = remote.includes(layer.path);
    if ((isRemote && skipRemote) || (isUser && skipUser)) return [];
    const { user, remote: remoteKeys } = constraints.protected_keys ?? {};
    const forbidden = (isRemote ? remoteKeys : isUser ? user : []) ?? [];
    return [{ ...layer, values: forbidden.reduce(withoutKey, layer.values) }];
  });
}

/** Merges `over` into `under`: objects by key, anything else is replaced (ovos_utils.json_helper.merge_dict). */
export function merge(under: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map<string, JsonValue | undefined>(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key);
    merged.set(key, isJsonObject(before) && isJsonObject(value) ? merge(before, value) : value);
  }
  // Not by assignment: a key `__proto__` stays a key.
  return Object.fromEntries(merged);
}

export function mergeLayers(layers: readonly Layer[]): JsonObject {
  return layers.map((layer) => layer.values).reduce(merge, {});
}

/** The highest of `layers` that sets a field, by its path of keys: the place to mend it. */
export function originOf(layers: readonly Layer[], keys: readonly string[]): Layer | undefined {
  return layers.findLast((layer) => {
    let value: JsonValue | undefined = layer.values;
    for (const key of keys) {
      // A value that is no object replaces everything below it.
      if (!isJsonObject(value)) return true;
      if (!Object.hasOwn(value, key)) return false;
      value = value[key];
    }
    return true;
  });
}

/** Only the distribution's, the system's or else the built-in section `system` counts, whole. */
function systemConstraints(layers: readonly Layer[]): v.InferOutput<typeof constraintsSchema> {
  for (const kind of ['distribution', 'system', 'defaults'] as const) {
    const layer = layers.find((candidate) => candidate.kind === kind);
    const section = layer?.values['system'];
    if (layer === undefined || !isTruthy(section)) continue;
    const parsed = v.safeParse(constraintsSchema, section);
    if (!parsed.success) {
      throw new OAuthBrokerError('config_invalid', { field: 'system', path: layer.path });
    }
    return parsed.output;
  }
  return {};
}

/**
 * Removes `a:b:c`. Python (nested_delete) looks for each key on the way at the top level, so below two levels it finds
 * nothing; that is kept, since it decides which settings count.
 */
function withoutKey(values: JsonObject, flatKey: string): JsonObject {
  const keys = flatKey.split(':');
  const reachable = keys.slice(0, -1).every((key) => Object.hasOwn(values, key));
  return reachable ? without(values, keys) : values;
}

function without(values: JsonObject, keys: readonly string[]): JsonObject {
  const [key, ...rest] = keys;
  if (key === undefined || !Object.hasOwn(values, key)) return values;
  const entries = Object.entries(values);
  if (rest.length === 0) return Object.fromEntries(entries.filter(([name]) => name !== key));
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      name === key && isJsonObject(value) ? without(value, rest) : value,
    ]),
  );
}

function pathsOf(layers: readonly Layer[], ...kinds: readonly Layer['kind'][]): readonly string[] {
  return layers.filter((layer) => kinds.includes(layer.kind)).map((layer) => layer.path);
}

/** Python's truth: empty strings, lists and objects are false too. */
function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isJsonObject(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}
