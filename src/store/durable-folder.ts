import { dirname } from 'node:path';
import type { Files } from './files.ts';

/** Makes a private folder, and the folders above it, such that a power cut does not take them back. */
export async function makeDurableFolder(files: Files, path: string): Promise<void> {
  const topmost = files.makeFolder(path, 0o700);
  if (topmost === undefined) return;
  for (let folder = path; folder.length >= topmost.length; folder = dirname(folder)) {
    await files.syncFolder(dirname(folder));
  }
}
