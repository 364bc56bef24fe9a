import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Environment } from './config/locations.ts';
import type { LogStyle } from './log.ts';

/**
 * What stands at the other end of an output: a terminal, journald or something else.
 *
 * @param fd 1 for standard output
 */
export function styleFor(env: Environment, fd: number): LogStyle {
  return {
    // https://no-color.org
    colors: isatty(fd) && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    priorities: isJournal(env['JOURNAL_STREAM'], fd),
  };
}

/** systemd.exec(5): the variable names the device and inode of the journal's stream; a redirected output is another. */
function isJournal(stream: string | undefined, fd: number): boolean {
  if (!stream) return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
