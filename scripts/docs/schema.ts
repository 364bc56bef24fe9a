import * as v from 'valibot';

/** One line of a field table. */
export interface FieldLine {
  readonly name: string;
  readonly presence: string;
  readonly type: string;
  readonly about: string;
}

/** The fields of an object schema, as docs/bus-api.md shows them. */
export function fieldLines(schema: unknown): readonly FieldLine[] {
  return Object.entries(record(record(schema)['entries'])).map(([name, field]) => ({
    name,
    presence: presenceOf(field),
    type: [typeOf(field), ...new Set(limitsOf(field))].join(', '),
    about: v.getDescription(field as v.GenericSchema) ?? '',
  }));
}

function presenceOf(schema: unknown): string {
  const { type, default: fallback } = record(schema);
  if (type !== 'optional' && type !== 'exact_optional' && type !== 'nullish') return 'REQUIRED';
  return typeof fallback === 'boolean' ? `OPTIONAL, \`${String(fallback)}\` if missing` : 'OPTIONAL';
}

function typeOf(schema: unknown): string {
  const { type, wrapped, options, literal, pipe } = record(schema);
  if (list(pipe).some((step) => record(step)['type'] === 'safe_integer')) return 'integer';
  switch (type) {
    case 'optional':
    case 'exact_optional':
      return typeOf(wrapped);
    case 'nullish':
    case 'nullable':
      return `${typeOf(wrapped)} or null`;
    case 'union':
      return list(options).map(typeOf).join(' or ');
    case 'array':
      return `list of ${typeOf(record(schema)['item'])}s`;
    case 'literal':
      return `\`${JSON.stringify(literal)}\``;
    case 'picklist':
      // A long list has a page of its own.
      return list(options).length > 8
        ? 'string'
        : list(options)
            .map((option) => `\`${String(option)}\``)
            .join(', ');
    case 'record':
    case 'object_with_rest':
    case 'strict_object':
    case 'loose_object':
      return 'object';
    case 'string':
    case 'number':
    case 'boolean':
    case 'unknown':
    case 'null':
    case 'object':
      return type;
    default:
      throw new Error(`docs: no words for the type ${String(type)}`);
  }
}

function limitsOf(schema: unknown): readonly string[] {
  const { wrapped, pipe } = record(schema);
  const own = list(pipe).flatMap((step) => {
    const { type, requirement } = record(step);
    return type === 'max_length' ? [`at most ${String(requirement)} characters`] : [];
  });
  // The first step of a pipe is the schema it begins with.
  const [first] = list(pipe);
  return [
    ...own,
    ...(first === undefined || first === schema ? [] : limitsOf(first)),
    ...(wrapped === undefined ? [] : limitsOf(wrapped)),
  ];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
