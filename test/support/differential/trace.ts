import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json.ts';
import { endChild, tailOf } from '../child.ts';
import { supportScript, venvPython } from '../python-venv.ts';

/** One step of the scenario in `python/differential.py`, as it was written down there. */
export interface Step {
  readonly step: string;
  /** Seconds since the Unix epoch when the step was over. */
  readonly at: number;
  readonly messages: readonly SeenMessage[];
  readonly files: Readonly<Record<string, { readonly content: JsonObject; readonly mode: string } | null>>;
  readonly http?: JsonValue;
}

export interface SeenMessage extends JsonObject {
  readonly type: string;
  readonly data: JsonValue;
  readonly context: JsonValue;
  /** Base64 of the PNG that `data.qr` names, read at once. */
  readonly image?: string;
  readonly image_mode?: string;
}

/**
 * Lets the Python script drive the service that `startTheService` starts.
 *
 * @param env the device's environment
 * @param setup what the script is given
 */
export async function playScenario(
  env: NodeJS.ProcessEnv,
  setup: JsonObject,
  startTheService: () => Promise<unknown>,
): Promise<readonly Step[]> {
  const script = supportScript('python/differential.py');
  const child = spawn(venvPython(), [script, JSON.stringify(setup)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tail = tailOf(child, ['stderr']);
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const ended = once(child, 'close');
  try {
    await Promise.race([once(reader, 'line'), ended]);
    if (lines[0] === 'ready') await startTheService();
    await ended;
  } finally {
    await endChild(child, 'SIGKILL');
  }
  const trace: unknown = child.exitCode === 0 ? JSON.parse(lines.at(-1) ?? '') : undefined;
  if (!isTrace(trace)) throw new Error(`The scenario could not be played:\n${tail()}`);
  return trace;
}

function isTrace(value: unknown): value is readonly Step[] {
  return (
    Array.isArray(value) && value.every((step) => isJsonObject(step) && typeof step['step'] === 'string')
  );
}
