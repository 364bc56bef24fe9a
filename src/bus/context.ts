import { OAuthBrokerError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { parseJson, rawMembers } from './json-text.ts';

/**
 * The `context` of a bus message. Clients keep ids and numbers of their own there and want them back as they wrote them,
 * so every member is kept as raw JSON text; it is immutable and its text is read no sooner than needed.
 */
export class MessageContext {
  static readonly empty = MessageContext.of({});

  #text: string | undefined;
  #members: ReadonlyMap<string, string> | undefined;

  private constructor(text: string | undefined, members: ReadonlyMap<string, string> | undefined) {
    this.#text = text;
    this.#members = members;
  }

  /**
   * @param rawJsonObject JSON text of an object, `NaN` and `Infinity` allowed as in Python
   * @throws OAuthBrokerError `invalid_request` when it is anything else
   */
  static parse(rawJsonObject: string): MessageContext {
    try {
      if (isJsonObject(parseJson(rawJsonObject))) return MessageContext.ofValidText(rawJsonObject);
    } catch (cause) {
      throw new OAuthBrokerError('invalid_request', { field: 'context' }, { cause });
    }
    throw new OAuthBrokerError('invalid_request', { field: 'context' });
  }

  /** Like {@link parse}, for text that the caller knows to be a JSON object. */
  static ofValidText(text: string): MessageContext {
    return new MessageContext(text, undefined);
  }

  static of(members: JsonObject): MessageContext {
    return MessageContext.ofValidText(JSON.stringify(members));
  }

  has(key: string): boolean {
    return this.#parts().has(key);
  }

  /** A member as the JSON text it came as. */
  raw(key: string): string | undefined {
    return this.#parts().get(key);
  }

  /** The value of a member; `NaN` and `Infinity` in it are `null`. */
  get(key: string): JsonValue | undefined {
    const raw = this.#parts().get(key);
    // parseJson gives what JSON can carry, which is what JsonValue says.
    return raw === undefined ? undefined : (parseJson(raw) as JsonValue);
  }

  /** A copy with these members set; those that are `undefined` stay as they are. */
  with(members: JsonObject): MessageContext {
    const merged = new Map(this.#parts());
    for (const [key, value] of Object.entries(members)) {
      if (value !== undefined) merged.set(key, JSON.stringify(value));
    }
    return new MessageContext(undefined, merged);
  }

  /** A copy with a member set to JSON text that the caller knows to be valid. */
  withRaw(key: string, json: string): MessageContext {
    return new MessageContext(undefined, new Map(this.#parts()).set(key, json));
  }

  /** A copy in which two members have changed places; the same context where it lacks one of them. */
  swapped(one: string, other: string): MessageContext {
    const parts = this.#parts();
    const first = parts.get(one);
    const second = parts.get(other);
    if (first === undefined || second === undefined) return this;
    return new MessageContext(undefined, new Map(parts).set(one, second).set(other, first));
  }

  /** The context as JSON text, members as they came. */
  toJson(): string {
    this.#text ??= joined(this.#parts());
    return this.#text;
  }

  #parts(): ReadonlyMap<string, string> {
    this.#members ??= rawMembers(this.#text ?? '{}');
    return this.#members;
  }
}

function joined(members: ReadonlyMap<string, string>): string {
  let text = '';
  for (const [key, raw] of members) {
    text += `${text === '' ? '' : ', '}${JSON.stringify(key)}: ${raw}`;
  }
  return `{${text}}`;
}
