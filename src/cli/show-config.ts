import { configFields } from '../config/fields.ts';
import { loadSettings } from '../config/load.ts';
import { mergeLayers, originOf } from '../config/merge.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { CommandProcess } from './process.ts';

const SECRET_KEYS: ReadonlySet<string> = new Set(['secret_key']);

/**
 * `ovos-oauth config`: prints every setting, its value and the file that sets it. Secrets are not shown.
 * @throws OAuthBrokerError `config_unreadable`, `config_invalid`
 */
export async function showConfig(process: CommandProcess): Promise<ExitCode> {
  const { settings, layers } = await loadSettings(process.env);
  const merged = mergeLayers(layers);
  for (const { keys, fallback } of configFields()) {
    const value = valueAt(merged, keys);
    const isSet = value !== undefined && value !== null;
    const shown =
      isSet && SECRET_KEYS.has(keys.at(-1) ?? '') ? '(hidden)' : JSON.stringify(isSet ? value : fallback);
    const origin = isSet ? originOf(layers, keys)?.path : 'default';
    process.print(`${keys.join('.')} = ${shown ?? '(not set)'}  [${origin ?? 'default'}]`);
  }
  for (const [name, folder] of Object.entries(settings.paths)) process.print(`${name}: ${folder}`);
  return EXIT.ok;
}

function valueAt(value: JsonValue | undefined, keys: readonly string[]): JsonValue | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  return isJsonObject(value) && Object.hasOwn(value, key) ? valueAt(value[key], rest) : undefined;
}
