import { readFile, stat } from 'node:fs/promises';
import { OAuthBrokerError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { parseCommentedJson } from './commented-json.ts';

/**
 * The settings in one file; none where there is no file. YAML where the name says so, else JSON with comment lines.
 * Python logs a broken file and goes on without it, that is, with other settings than the user wrote; this program
 * refuses to guess.
 * @throws OAuthBrokerError `config_unreadable`
 */
export async function readLayer(path: string): Promise<JsonObject> {
  if (path === '') return {};
  try {
    if (!(await isFile(path))) return {};
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
    const parsed: unknown = /\.ya?ml$/.test(path) ? await parseYaml(text) : parseCommentedJson(text);
    // An empty file, `null` and the like are no settings, to Python as well.
    if (!parsed) return {};
    if (!isJsonObject(parsed)) throw new TypeError('The settings are not one object.');
    return parsed;
  } catch (error) {
    throw new OAuthBrokerError('config_unreadable', { path }, { cause: error });
  }
}

/** YAML 1.1 with repeated keys allowed, as PyYAML reads it. */
async function parseYaml(text: string): Promise<unknown> {
  const {
    default: { parse },
  } = await import('yaml');
  return parse(text, { version: '1.1', uniqueKeys: false, logLevel: 'error' });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    // Python's isfile takes a path it may not look at for none. A folder that can't be entered is worth a word.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return false;
    }
    throw error;
  }
}
