import type { JsonObject } from '../../src/json.ts';

/** A field that has to hold text; throws where it does not. */
export function textOf(data: JsonObject | undefined, field: string): string {
  const value = data?.[field];
  if (typeof value !== 'string') throw new TypeError(`${field} is no text: ${JSON.stringify(data)}`);
  return value;
}
