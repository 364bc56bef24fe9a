import { lstat, mkdir } from 'node:fs/promises';

/**
 * Makes a folder that only this user can look into, unless it is there already.
 *
 * @throws Error where something else is in its place, a link included, or where others own it or may look into it
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stats = await lstat(folder);
  const isOurs = stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o077) === 0;
  if (!isOurs) throw new Error('not a private folder');
}
