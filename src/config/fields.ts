import { isJsonObject, type JsonValue } from '../json.ts';
import { configSchema } from './settings.ts';

/** A setting of mycroft.conf that this program reads. */
export interface ConfigField {
  readonly keys: readonly string[];
  /** Absent where there is none, or where it depends on other settings. */
  readonly fallback?: JsonValue;
}

/** Every setting with its default, read off the schema. */
export function configFields(): readonly ConfigField[] {
  return fieldsOf(configSchema, []);
}

function fieldsOf(schema: unknown, keys: readonly string[]): readonly ConfigField[] {
  const outer = record(schema);
  const inner = outer['wrapped'] === undefined ? outer : record(outer['wrapped']);
  const entries = inner['entries'];
  if (entries === undefined) {
    const fallback = outer['default'];
    return [{ keys, ...(fallback === undefined ? {} : { fallback: fallback as JsonValue }) }];
  }
  return Object.entries(record(entries)).flatMap(([key, entry]) => fieldsOf(entry, [...keys, key]));
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isJsonObject(value) ? value : {};
}
