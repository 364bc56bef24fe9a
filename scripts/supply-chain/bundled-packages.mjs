import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../setup/run.mjs';

/**
 * The packages of which something is in a bundle, by folder.
 * @param {{ inputs: Record<string, unknown> }} metafile esbuild's, or several of them merged
 * @returns {Promise<{ folder: string, name: string, version: string, license: string }[]>} sorted by folder
 */
export async function bundledPackages(metafile) {
  const folders = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  return Promise.all(
    [...folders]
      .sort((one, other) => (one < other ? -1 : 1))
      .map(async (folder) => {
        const { name, version, license } = JSON.parse(
          await readFile(join(ROOT, folder, 'package.json'), 'utf8'),
        );
        return { folder, name, version, license };
      }),
  );
}
