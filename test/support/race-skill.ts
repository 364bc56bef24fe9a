import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { isJsonObject, type JsonObject } from '../../src/json.ts';
import { endChild, tailOf } from './child.ts';
import { supportScript, venvPython } from './python-venv.ts';

export type RaceAction =
  /** `get_oauth_token`, which refreshes by itself what has expired. */
  | 'get'
  /** Reads and writes back, as `with OAuthTokenDatabase()` does. */
  | 'touch'
  /** Takes a copy of the whole file into memory. */
  | 'keep'
  /** Writes that copy over the file. */
  | 'write kept';

/** A Python process that uses the shared files of a device with the real `ovos_utils.oauth`. */
export interface RaceSkill {
  /**
   * One action at a time.
   *
   * @param wait milliseconds that Python waits before it begins
   * @param onBegin called when it does
   * @returns the token, where there is one
   */
  run(
    action: RaceAction,
    mungedId: string,
    wait?: number,
    onBegin?: () => void,
  ): Promise<JsonObject | undefined>;
  stop(): Promise<void>;
}

export async function startRaceSkill(env: NodeJS.ProcessEnv): Promise<RaceSkill> {
  const child = spawn(venvPython(), [supportScript('python/race_skill.py')], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const tail = tailOf(child, ['stderr']);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<JsonObject> => {
    for (;;) {
      const next = await lines.next();
      if (next.done === true) throw new Error(`The Python skill has ended:\n${tail()}`);
      // Everything else is its log.
      const line: unknown = next.value.startsWith('{') ? JSON.parse(next.value) : undefined;
      if (isJsonObject(line)) return line;
    }
  };
  await next();
  return {
    async run(action, mungedId, wait = 0, onBegin = () => {}) {
      child.stdin.write(`${JSON.stringify({ do: action, id: mungedId, wait })}\n`);
      await next();
      onBegin();
      const { token } = await next();
      return isJsonObject(token) ? token : undefined;
    },
    stop: () => endChild(child, 'SIGKILL'),
  };
}
