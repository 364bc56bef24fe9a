import { basename, dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Files } from './files.ts';
import { writeNewFile } from './write-new-file.ts';

/** Damaged files kept beside the one that replaced them. */
const MOST_KEPT = 5;

/**
 * Keeps the bytes of a damaged file under a name of their own, `<name>.damaged-<time>`, and forgets the oldest such.
 *
 * @returns the path of the copy
 */
export function setAside(files: Files, clock: Clock, path: string, bytes: Uint8Array): string {
  const prefix = `${basename(path)}.damaged-`;
  const folder = dirname(path);
  const time = new Date(clock.now()).toISOString().replaceAll(/[-:]/g, '');
  const aside = join(folder, `${prefix}${time}`);
  files.close(writeNewFile(files, aside, bytes));
  const kept = files
    .list(folder)
    .filter((name) => name.startsWith(prefix))
    .toSorted();
  for (const name of kept.slice(0, Math.max(0, kept.length - MOST_KEPT))) files.remove(join(folder, name));
  return aside;
}
