import { destination, pino } from 'pino';
import { asBrokerError } from './errors.ts';

/**
 * Everything a log line can carry besides its message. A list of what is allowed, not of what is forbidden: whatever
 * is not named here, tokens and codes above all, cannot be logged. Add a field only if it can never hold a secret.
 */
const FIELD_TYPES = {
  mungedId: 'string',
  /** Name of a sign-in (`broker/attempt-id.ts`), which its pages and messages carry as well. */
  attempt: 'string',
  /** Type of a bus message. */
  topic: 'string',
  /** Our own error code. */
  code: 'string',
  /** OAuth's `error` (RFC 6749 §5.2), never its description. */
  oauthError: 'string',
  /** HTTP method, or the way a sign-in comes back. */
  method: 'string',
  /** HTTP status or WebSocket close code. */
  status: 'number',
  host: 'string',
  port: 'number',
  /** A file, folder or route; never an address with its query. */
  path: 'string',
  /** Name of a setting or of a field of a message, never its value. */
  field: 'string',
  /** Of a connection, never OAuth's `state`. */
  connection: 'string',
  reason: 'string',
  signal: 'string',
  version: 'string',
  count: 'number',
  bytes: 'number',
  durationMs: 'number',
  delayMs: 'number',
} as const;

type FieldTypes = typeof FIELD_TYPES;

const FIELD_NAMES = Object.keys(FIELD_TYPES) as readonly (keyof FieldTypes)[];

export type LogFields = {
  readonly [Name in keyof FieldTypes]?: FieldTypes[Name] extends 'number' ? number : string;
};

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogLevel = keyof Log;

/** How lines look where they end up. */
export interface LogStyle {
  /** For a terminal: the level in colour. */
  readonly colors: boolean;
  /** For journald: `<4>` and the like in front, which it takes off and keeps as the priority (sd-daemon(3)). */
  readonly priorities: boolean;
}

const PLAIN: LogStyle = { colors: false, priorities: false };

/** Where finished lines go, each with its line feed. */
export interface LogSink {
  write(line: string): unknown;
}

// Ids come from anyone on the bus: nothing in them may end a line, move the cursor or flood the log.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const LONGEST_VALUE = 200;

/**
 * A log of one line per event.
 * @param settings.json lines of JSON (`level`, `time` in milliseconds since the epoch, `msg`, fields) instead of text;
 * the text carries no time, journald and its like add it
 * @param sink default: standard output, after each turn
 * @param style default: plain
 */
export function createLog(
  settings: { readonly level: LogLevel; readonly json: boolean },
  sink: LogSink = new AfterTheTurn(destination({ fd: 1, sync: true })),
  style: LogStyle = PLAIN,
): Log {
  const logger = pino(
    { level: settings.level, base: null, formatters: { level: (label) => ({ level: label }) } },
    settings.json && !style.priorities ? sink : new Lines(sink, style, settings.json),
  );
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (!logger.isLevelEnabled(level)) return;
      const put = (): void => logger[level](allowed(fields), message);
      if (sink instanceof AfterTheTurn) sink.run(put);
      else put();
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A log that nobody reads. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Logs a failure by its code and safe details: `error` for what should not happen, `warn` for the rest. The cause is
 * not written, since messages of other libraries may quote what they were given; of an unexpected one the places in
 * the code are, at `debug`.
 */
export function logFailure(log: Log, message: string, thrown: unknown, fields: LogFields = {}): void {
  const error = asBrokerError(thrown);
  const unexpected = error.code === 'internal';
  log[unexpected ? 'error' : 'warn'](message, { ...error.details, code: error.code, ...fields });
  if (!unexpected || !(error.cause instanceof Error)) return;
  for (const line of error.cause.stack?.split('\n') ?? []) {
    if (line.startsWith('    at ')) log.debug(line.trim(), { reason: error.cause.name });
  }
}

function allowed(fields: LogFields): Record<string, string | number> {
  const kept: Record<string, string | number> = {};
  for (const name of FIELD_NAMES) {
    const value = fields[name];
    if (typeof value !== FIELD_TYPES[name] || value === undefined) continue;
    kept[name] = typeof value === 'string' ? printable(value) : value;
  }
  return kept;
}

function printable(text: string): string {
  const short = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  return short.replace(UNPRINTABLE, '\uFFFD');
}

/**
 * Makes the lines of a turn of the event loop after it, and writes them in one piece: a line takes up to 100 µs, which an
 * answer on the bus would wait for. Those of the last turn are written as the process exits.
 */
class AfterTheTurn implements LogSink {
  readonly #sink: LogSink;
  #tasks: Array<() => void> = [];
  #lines = '';

  constructor(sink: LogSink) {
    this.#sink = sink;
    process.once('exit', () => this.#flush());
  }

  /** @param task makes a line and writes it here */
  run(task: () => void): void {
    if (this.#tasks.length === 0) setImmediate(() => this.#flush());
    this.#tasks.push(task);
  }

  write(line: string): void {
    this.#lines += line;
  }

  #flush(): void {
    const tasks = this.#tasks;
    this.#tasks = [];
    this.#lines = '';
    for (const task of tasks) task();
    if (this.#lines !== '') this.#sink.write(this.#lines);
  }
}

// A stream with this mark gets the parts of each event from pino, so that its JSON need not be parsed again.
const LEAVE_PARTS: unique symbol = Symbol.for('pino.metadata');

// syslog(3).
const PRIORITIES: Readonly<Record<LogLevel, number>> = { debug: 7, info: 6, warn: 4, error: 3 };
// Foreground colours of ECMA-48: cyan for what is interesting, yellow and red for what needs somebody.
const COLORS: Readonly<Record<LogLevel, number>> = { debug: 90, info: 36, warn: 33, error: 31 };

/** Turns pino's events into lines: `warn   The bus is away  host=127.0.0.1 delayMs=1000`. */
class Lines implements LogSink {
  readonly [LEAVE_PARTS] = true;
  readonly lastLevel = 0;
  readonly lastMsg: string = '';
  readonly lastObj: Readonly<Record<string, string | number>> = {};
  readonly #sink: LogSink;
  readonly #style: LogStyle;
  readonly #isJson: boolean;

  constructor(sink: LogSink, style: LogStyle, isJson: boolean) {
    this.#sink = sink;
    this.#style = style;
    this.#isJson = isJson;
  }

  write(json: string): void {
    const level = levelNamed(pino.levels.labels[this.lastLevel]);
    const priority = this.#style.priorities ? `<${PRIORITIES[level]}>` : '';
    this.#sink.write(`${priority}${this.#isJson ? json : this.#text(level)}`);
  }

  #text(level: LogLevel): string {
    const name = level.padEnd(5);
    const shown = this.#style.colors ? `\u001B[${COLORS[level]}m${name}\u001B[0m` : name;
    const fields = Object.entries(this.lastObj).map(([field, value]) => `${field}=${quoted(value)}`);
    return `${[shown, this.lastMsg, fields.join(' ')].join('  ').trimEnd()}\n`;
  }
}

function levelNamed(label: string | undefined): LogLevel {
  return label === 'debug' || label === 'info' || label === 'warn' ? label : 'error';
}

function quoted(value: string | number): string {
  return /[\s"=]/.test(String(value)) ? JSON.stringify(value) : String(value);
}
