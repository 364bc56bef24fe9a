import type { JsonOption } from './command.ts';
import type { CommandProcess } from './process.ts';

// JSON leaves these as they are, and some terminals obey them.
const CONTROL = /[\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g;

/** One line of JSON that no terminal takes for commands. */
export function toJson(value: object): string {
  return JSON.stringify(value).replace(
    CONTROL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Prints a result: for a program as it is, for a person as `lines` put it. */
export function show<T extends object>(
  process: CommandProcess,
  { json = false }: JsonOption,
  result: T,
  lines: (result: T) => readonly string[],
): void {
  if (json) process.print(toJson(result));
  else for (const line of lines(result)) process.print(line);
}
