import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isJsonObject, type JsonObject } from '../../src/json.ts';
import { supportScript, venvPython } from './python-venv.ts';

/** A Python program on a device that uses `ovos_utils.oauth` directly, as the Spotify skill does. */
export interface PythonSkill {
  /** `get_oauth_token(id, auto_refresh=False)`. */
  token(mungedId: string): Promise<JsonObject | undefined>;
  /** `get_oauth_token(id)`: refreshes by itself what has expired. */
  validToken(mungedId: string): Promise<JsonObject | undefined>;
  /** `refresh_oauth_token(id)`: spends the refresh token in the skill's own process. */
  refresh(mungedId: string): Promise<JsonObject | undefined>;
  /** `OAuthTokenDatabase().add_token`. */
  store(mungedId: string, token: JsonObject): Promise<void>;
}

/** @param env of the device; every call is a process of its own */
export function pythonSkill(env: NodeJS.ProcessEnv): PythonSkill {
  const call = async (...args: string[]): Promise<JsonObject | undefined> => {
    const script = supportScript('python/oauth_skill.py');
    const { stdout } = await promisify(execFile)(venvPython(), [script, ...args], { env });
    const result: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    return isJsonObject(result) ? result : undefined;
  };
  return {
    token: (mungedId) => call('get', mungedId),
    validToken: (mungedId) => call('get or refresh', mungedId),
    refresh: (mungedId) => call('refresh', mungedId),
    async store(mungedId, token) {
      await call('store', mungedId, JSON.stringify(token));
    },
  };
}
