import { execFile } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { venvPython } from '../test/support/python-venv.ts';

/** What the figures depend on; nothing that tells whose machine it is. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly node: string;
  readonly python: string;
  readonly plugin: string;
  readonly messagebus: string;
  /** Processes that wanted a core in the minute before: above about 0.5 the figures are not to be trusted. */
  readonly loadBefore: number;
}

const VERSIONS = `
from importlib.metadata import version
from platform import python_version
print(python_version(), version("ovos-phal-plugin-oauth"), version("ovos-messagebus"))
`;

export async function describeMachine(): Promise<Machine> {
  const { stdout } = await promisify(execFile)(venvPython(), ['-c', VERSIONS]);
  const [python = '', plugin = '', messagebus = ''] = stdout.trim().split(' ');
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    python,
    plugin,
    messagebus,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}
