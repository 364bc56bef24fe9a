import type { Log, LogFields, LogLevel } from '../../src/log.ts';

export interface LogLine extends LogFields {
  readonly level: LogLevel;
  readonly message: string;
}

/** A log that a test can read. */
export function recordedLog(): Log & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ ...fields, level, message });
    };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
