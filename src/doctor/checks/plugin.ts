import { readFile, readlink } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { SECTION } from '../../config/settings.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Check } from '../check.ts';
import { type Finding, finding } from '../finding.ts';
import type { RunProgram } from '../run-program.ts';
import { type Heard, listen } from './bus.ts';

const PACKAGE = 'ovos-PHAL-plugin-oauth';
const VERSION_OF_PACKAGE = `import importlib.metadata as m; print(m.version("${PACKAGE}"))`;

/** Pythons of processes that look like PHAL; one is the rule. */
const MOST_ASKED = 4;

export const plugin: Check = {
  group: 'plugin',
  async look({ settings, config, run, broker }, signal) {
    const [heard, version] = await Promise.all([
      listen(settings.bus, broker !== undefined, signal),
      installedVersion(run),
    ]);
    return [judgePlugin(heard, config, version)];
  },
};

/**
 * Two programs on one bus that both answer as the OAuth service fight over every sign-in.
 *
 * @param version of the Python package, where it is installed
 */
export function judgePlugin(heard: Heard, config: JsonObject, version: string | undefined): Finding {
  if (heard.isOpen && heard.services > heard.brokers) return finding('plugin_answers', { section: SECTION });
  if (version === undefined) return finding('plugin_absent');
  // ovos_PHAL.service.PHAL.load_plugins and ovos_PHAL.admin: one runs what is not disabled, the other what is enabled.
  const admin = member(config, 'PHAL', 'admin', SECTION);
  if (isJsonObject(admin))
    return admin['enabled'] === undefined || admin['enabled'] === false
      ? finding('plugin_disabled', { version })
      : finding('plugin_enabled_as_admin', { version });
  const own = member(config, 'PHAL', SECTION);
  return isJsonObject(own) && own['enabled'] === false
    ? finding('plugin_disabled', { version })
    : finding('plugin_enabled', { version });
}

function member(value: JsonValue | undefined, ...keys: readonly string[]): JsonValue | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  return isJsonObject(value) && Object.hasOwn(value, key) ? member(value[key], ...rest) : undefined;
}

/**
 * Asks the Pythons that PHAL runs in, where it runs, and the one in the PATH. Only a process of this user is believed: what
 * another one calls itself must not be run.
 */
async function installedVersion(run: RunProgram): Promise<string | undefined> {
  const user = String(process.getuid?.() ?? '');
  const found = await run('pgrep', ['-U', user, '-f', 'ovos_PHAL|ovos-phal|ovos_phal']);
  const pids = (found?.stdout ?? '').split('\n').filter((pid) => pid !== '');
  const pythons = new Set((await Promise.all(pids.map(pythonOf))).flat());
  for (const python of [...[...pythons].slice(0, MOST_ASKED), 'python3']) {
    const answer = await run(python, ['-c', VERSION_OF_PACKAGE]);
    if (answer?.status === 0) return answer.stdout.trim();
  }
  return undefined;
}

/** The Python that a process is, as it was called: by that it finds its virtual environment. None where it is another program. */
async function pythonOf(pid: string): Promise<readonly string[]> {
  const isPython = (path: string): boolean => isAbsolute(path) && /^python[\d.]*$/.test(basename(path));
  const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
  if (!isPython(program)) return [];
  const [called = ''] = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return [isPython(called) ? called : program];
}
