import { isJsonObject, type JsonValue } from '../json.ts';
import { configFields } from './fields.ts';
import { type Layer, mergeLayers, originOf } from './merge.ts';

/** A setting as it counts, fit to be shown: of a secret there is only that it is set. */
export type SettingInEffect = {
  /** Its path of keys in mycroft.conf, joined by dots. */
  readonly name: string;
  /** Where the value comes from; undefined: nobody set it, so the default counts. */
  readonly origin?: Pick<Layer, 'kind' | 'path'>;
} & (
  | { readonly kind: 'hidden' }
  /** Absent: not set, and there is no default. */
  | { readonly kind: 'shown'; readonly value?: JsonValue }
);

const SECRET_KEY = /(^|_)(secret|password|passphrase|key|token)s?$/i;

/**
 * Every setting, its value and what sets it.
 *
 * @param layers those that count, lowest first
 */
export function settingsInEffect(layers: readonly Layer[]): readonly SettingInEffect[] {
  const merged = mergeLayers(layers);
  return configFields().map(({ keys, fallback }): SettingInEffect => {
    const name = keys.join('.');
    const value = valueAt(merged, keys);
    if (value === undefined || value === null) {
      return { name, kind: 'shown', ...(fallback === undefined ? {} : { value: fallback }) };
    }
    const layer = originOf(layers, keys);
    const origin = layer === undefined ? {} : { origin: { kind: layer.kind, path: layer.path } };
    if (SECRET_KEY.test(keys.at(-1) ?? '') && typeof value !== 'boolean')
      return { name, ...origin, kind: 'hidden' };
    return { name, ...origin, kind: 'shown', value: withoutPasswords(value) };
  });
}

function valueAt(value: JsonValue | undefined, keys: readonly string[]): JsonValue | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  return isJsonObject(value) && Object.hasOwn(value, key) ? valueAt(value[key], rest) : undefined;
}

/** An address may carry a password, as that of a database does. */
function withoutPasswords(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.replace(/(^\w[\w+.-]*:\/\/[^/?#@]*?):[^/?#]*@/, '$1:***@');
  if (Array.isArray(value)) return value.map(withoutPasswords);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      inner === undefined ? inner : SECRET_KEY.test(key) ? '***' : withoutPasswords(inner),
    ]),
  );
}
