import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Secrets that a test has planted, or has seen made, by what they are. */
export type Planted = ReadonlyMap<string, string>;

/** What of `planted` is in a text, be it as it is or in a coat of another encoding. */
export function foundIn(text: string, planted: Planted): readonly string[] {
  return [...planted]
    .filter(([, secret]) => disguisesOf(secret).some((one) => text.includes(one)))
    .map(([name]) => name);
}

/** The same for each of many texts: `<where>: <what>`. */
export function leaks(texts: ReadonlyMap<string, string>, planted: Planted): readonly string[] {
  return [...texts].flatMap(([where, text]) => foundIn(text, planted).map((what) => `${where}: ${what}`));
}

function disguisesOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    // Inside of a longer text base64 is shifted by up to two characters, and both ends depend on the neighbours.
    ...[0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift, 'x'), bytes])
        .toString('base64')
        .slice(shift === 0 ? 0 : 4, -6),
    ),
  ];
}

/** Every file below a folder with its text and its mode. */
export async function filesBelow(
  folder: string,
): Promise<ReadonlyArray<{ readonly path: string; readonly text: string; readonly mode: number }>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path, text: await readFile(path, 'latin1'), mode: (await stat(path)).mode & 0o777 };
      }),
  );
}
