import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json.ts';
import { decodeQr } from '../read-qr.ts';
import type { SeenMessage, Step } from './trace.ts';

/** What is compared of one step. A type alias, so that it is a JsonObject as well. */
export type StepView = {
  readonly messages: Readonly<Record<string, readonly JsonObject[]>>;
  readonly files?: JsonValue;
  readonly http?: JsonValue;
  /** QR codes that outlive the service, by name. */
  readonly images?: JsonObject;
};

/** What differs between any two runs, and so says nothing. */
export interface Volatile {
  readonly httpPort: number;
  /** Folder of the device. */
  readonly home: string;
}

const SECRETS: ReadonlySet<string> = new Set(['access_token', 'refresh_token', 'id_token']);
/** Seconds since the Unix epoch. */
const TIMES: ReadonlySet<string> = new Set(['expires_at', 'since']);
/** Random values, and what follows from them. Python's state is the munged id, which is not random. */
const RANDOM: ReadonlySet<string> = new Set(['code_challenge', 'state', 'session_id']);

/**
 * Turns a trace into what two services can be compared by: for each step the messages by type, the changes of the two
 * OVOS files, the pages. Tokens and times become the name of the step in which they first appeared, so that "the same
 * as before" and "a new one" can be told apart.
 */
export function normalise(trace: readonly Step[], volatile: Volatile): ReadonlyMap<string, StepView> {
  const names = new Map<string, string>();
  const steps = new Map<string, StepView>();
  let before: Step['files'] = {};
  for (const step of trace) {
    const normaliser = new Normaliser(step, volatile, names);
    const files = normaliser.value({
      'ovos_oauth.json': changesOf(before, step.files, 'ovos_oauth.json'),
      'ovos_oauth_apps.json': changesOf(before, step.files, 'ovos_oauth_apps.json'),
      modes: modesOf(before, step.files),
    });
    before = step.files;
    steps.set(step.step, {
      messages: normaliser.messages(step.messages),
      files,
      ...(step.http === undefined ? {} : { http: step.http }),
    });
  }
  return steps;
}

/** Entries that are new, changed or gone (null). */
function changesOf(before: Step['files'], after: Step['files'], file: string): JsonObject {
  const [old, now] = [before[file]?.content ?? {}, after[file]?.content ?? {}];
  const changes: Record<string, JsonValue> = {};
  for (const id of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (JSON.stringify(old[id]) !== JSON.stringify(now[id])) changes[id] = now[id] ?? null;
  }
  return changes;
}

/** Permissions of a file that was not there before. */
function modesOf(before: Step['files'], after: Step['files']): JsonObject {
  const modes: Record<string, JsonValue> = {};
  for (const [file, state] of Object.entries(after)) {
    if (state !== null && (before[file] ?? null) === null) modes[file] = state.mode;
  }
  return modes;
}

/** The path of a QR image. */
export function withoutRandomName(path: string): string {
  return path.replace(/(?<=_oauth_qr_)[\da-f]{4}(?=\.png$)|(?<=\/)[\w-]{22}(?=\.png$)/, '<random>');
}

class Normaliser {
  readonly #step: Step;
  readonly #volatile: Volatile;
  /** Names of secrets and times that were seen, over all steps. */
  readonly #names: Map<string, string>;

  constructor(step: Step, volatile: Volatile, names: Map<string, string>) {
    this.#step = step;
    this.#volatile = volatile;
    this.#names = names;
  }

  messages(messages: readonly SeenMessage[]): StepView['messages'] {
    const byType: Record<string, JsonObject[]> = {};
    for (const { type, image, image_mode: mode, ...message } of messages) {
      const seen = this.value(message);
      (byType[type] ??= []).push({
        ...(isJsonObject(seen) ? seen : {}),
        ...(image === undefined
          ? {}
          : { image: this.value({ url: decodeQr(Buffer.from(image, 'base64')), mode: mode ?? null }) }),
      });
    }
    return byType;
  }

  value(value: JsonValue, key = ''): JsonValue {
    if (typeof value === 'string') return this.#text(value, key);
    if (typeof value === 'number') return this.#number(value, key);
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.value(item));
    if (!isJsonObject(value)) return value;
    const entries = Object.entries(value).map(([name, member]) => [name, this.value(member ?? null, name)]);
    return Object.fromEntries(entries) as JsonObject;
  }

  #number(value: number, key: string): JsonValue {
    if (TIMES.has(key)) return this.#time(value);
    return value === this.#volatile.httpPort ? '<port>' : value;
  }

  #text(text: string, key: string): JsonValue {
    if (SECRETS.has(key)) return this.#named(text, `<from "${this.#step.step}">`);
    if (RANDOM.has(key) && /^[\w-]{20,}$/.test(text)) return '<random>';
    const plain = text
      .replaceAll(this.#volatile.home, '<home>')
      .replaceAll(`:${this.#volatile.httpPort}`, ':<port>');
    if (key === 'qr') return withoutRandomName(plain);
    return key === 'url' ? this.#url(plain) : plain;
  }

  /** An address by its parts. */
  #url(text: string): JsonValue {
    const [address = '', query = ''] = text.split('?');
    const link = address.replace(/\/s\/\w+$/i, '/s/<random>');
    const parameters = Object.fromEntries(new URLSearchParams(query));
    return { address: link, query: this.value(parameters), isEncoded: !/[^\w\-.~%&=+*]/.test(query) };
  }

  /** A point in time by its distance from when it was first seen, to the minute. */
  #time(time: number): string {
    const minutes = Math.round((time - this.#step.at) / 60);
    return this.#named(String(time), `<${minutes} min after "${this.#step.step}">`);
  }

  #named(value: string, name: string): string {
    const known = this.#names.get(value) ?? name;
    this.#names.set(value, known);
    return known;
  }
}
