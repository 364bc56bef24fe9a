import { isUtf8 } from 'node:buffer';
import { isJsonObject, type JsonObject } from '../json.ts';
import { MessageContext } from './context.ts';
import type { FrameCipher } from './encryption.ts';
import { parseJson, rawMembers } from './json-text.ts';
import { Message } from './message.ts';

/** Why a frame was dropped. */
export type MalformedReason =
  | 'invalid_utf8'
  | 'invalid_json'
  | 'not_an_object'
  | 'invalid_type'
  | 'invalid_data'
  | 'invalid_context'
  /** Encrypted, but this client has no key. */
  | 'no_key'
  /** Encrypted by another key, or damaged. */
  | 'undecryptable'
  /** Plain, though `websocket.allow_unencrypted` is false. */
  | 'unencrypted';

export type Frame =
  | { readonly status: 'message'; readonly message: Message }
  /** Nobody here wants its type, so nothing but its type was read. */
  | { readonly status: 'unwanted' }
  | { readonly status: 'malformed'; readonly reason: MalformedReason };

export interface FrameReaderOptions {
  readonly cipher: FrameCipher | undefined;
  readonly allowUnencrypted: boolean;
  /** Whether anybody here listens for a type. */
  readonly wants: (type: string) => boolean;
}

// What Python's json.dumps and what compact writers begin a message with.
const STARTS = [Buffer.from('{"type": "'), Buffer.from('{"type":"')];
const LONGEST_TYPE = 256;
const QUOTE = 0x22;
const CIPHERTEXT = Buffer.from('"ciphertext"');
const TYPE = Buffer.from('"type"');
// How an escape of any letter of `type` begins.
const ASCII_ESCAPE = Buffer.from('\\u00');
const UNWANTED: Frame = { status: 'unwanted' };
// A small string cut out of a big one keeps the big one in memory.
const BIG_FRAME = 64 * 1024;

/** Reads a frame as `ovos_bus_client.Message.deserialize` does. Never throws. */
export function readFrame(bytes: Buffer, options: FrameReaderOptions): Frame {
  const { cipher, allowUnencrypted, wants } = options;
  if (cipher === undefined) return readPlain(bytes, wants);
  if (bytes.includes(CIPHERTEXT)) {
    const read = parse(bytes);
    if (read.status === 'malformed') return read;
    if (Object.hasOwn(read.object, 'ciphertext')) {
      const opened = cipher.decrypt(read.object);
      return opened === undefined ? malformed('undecryptable') : readPlain(opened, wants);
    }
  }
  return allowUnencrypted ? readPlain(bytes, wants) : malformed('unencrypted');
}

function readPlain(bytes: Buffer, wants: (type: string) => boolean): Frame {
  const leading = leadingType(bytes);
  if (leading !== undefined && !wants(leading)) return UNWANTED;

  const read = parse(bytes);
  if (read.status === 'malformed') return read;
  const { type, data, context } = ownMembers(read.object);
  if (typeof type !== 'string') {
    return malformed(Object.hasOwn(read.object, 'ciphertext') ? 'no_key' : 'invalid_type');
  }
  if (!wants(type)) return UNWANTED;
  if (!isJsonObject(data) && !isFalse(data)) return malformed('invalid_data');
  if (!isJsonObject(context) && !isFalse(context)) return malformed('invalid_context');
  const message = new Message(
    type,
    isJsonObject(data) ? data : {},
    isJsonObject(context) ? contextOf(read.text) : MessageContext.empty,
  );
  return { status: 'message', message };
}

function contextOf(text: string): MessageContext {
  const raw = rawMembers(text).get('context') ?? '{}';
  return MessageContext.ofValidText(text.length > BIG_FRAME ? Buffer.from(raw).toString() : raw);
}

/**
 * The type of a frame that names it first, found without reading the rest: the bus carries audio and pictures. Undefined
 * where it takes a parser to be sure, such as with a second member of that name, which in Python would win.
 */
function leadingType(bytes: Buffer): string | undefined {
  const start = STARTS.find((candidate) => begins(bytes, candidate));
  if (start === undefined) return undefined;
  const end = bytes.indexOf(QUOTE, start.length);
  if (end === -1 || end - start.length > LONGEST_TYPE) return undefined;
  const type = bytes.toString('utf8', start.length, end);
  const rest = end + 1;
  const isSure = !type.includes('\\') && !bytes.includes(TYPE, rest) && !bytes.includes(ASCII_ESCAPE, rest);
  return isSure ? type : undefined;
}

function begins(bytes: Buffer, start: Buffer): boolean {
  return bytes.length >= start.length && start.compare(bytes, 0, start.length) === 0;
}

/** Python reads a member as `obj.get(name) or {}`: whatever is false there counts as empty. */
function isFalse(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === false ||
    value === 0 ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  );
}

function ownMembers(object: JsonObject): { type?: unknown; data?: unknown; context?: unknown } {
  const own = (name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);
  return { type: own('type'), data: own('data'), context: own('context') };
}

type Parsed =
  | { readonly status: 'object'; readonly object: JsonObject; readonly text: string }
  | { readonly status: 'malformed'; readonly reason: MalformedReason };

function parse(bytes: Buffer): Parsed {
  if (!isUtf8(bytes)) return malformed('invalid_utf8');
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return malformed('invalid_json');
  }
  return isJsonObject(value) ? { status: 'object', object: value, text } : malformed('not_an_object');
}

function malformed(reason: MalformedReason) {
  return { status: 'malformed', reason } as const;
}

/**
 * The JSON text of a message, as `Message.serialize` writes it.
 * @param session JSON text of the session that a context without one is given
 */
export function writeFrame(message: Message, session: string): string {
  const { type, data, context } = message;
  const whole = context.has('session') ? context : context.withRaw('session', session);
  return `{"type": ${JSON.stringify(type)}, "data": ${JSON.stringify(data)}, "context": ${whole.toJson()}}`;
}
