import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endChild } from '../test/support/child.ts';
import { freePort } from '../test/support/free-port.ts';
import type { MessageBus } from '../test/support/messagebus.ts';
import { createOvosHome, type OvosHome } from '../test/support/ovos-home.ts';
import { venvPython } from '../test/support/python-venv.ts';
import type { BusLoad } from './bus-load.ts';

export type ContenderName = 'broker' | 'plugin' | 'echo' | 'python-echo';

/** Where the programs are that take part. */
export interface Programs {
  /** `dist/ovos-oauth.mjs`. */
  readonly broker: string;
  /** The built `echo.ts`. */
  readonly echo: string;
  /** Folder of `plugin.py` and `echo.py`. */
  readonly python: string;
  /** The built `probe.ts`. */
  readonly probe: string;
  /** Flags for the broker's Node, to try them out. */
  readonly nodeFlags: readonly string[];
}

export interface StartOptions {
  readonly bus: MessageBus;
  readonly load: BusLoad;
  /** What `ovos_oauth_apps.json` holds at the start. */
  readonly apps?: object;
  /** Whether the probe is loaded into the process; only into one that is Node's. */
  readonly isProbed?: boolean;
}

/** One contender's process, on a device of its own. */
export interface Running {
  readonly pid: number;
  readonly home: OvosHome;
  /** Of its web server, on the loopback. */
  readonly httpPort: number;
  /** Milliseconds from the start of the process to its `oauth.ping`. */
  readonly startMs: number;
  stop(): Promise<void>;
}

/** Starts a contender on the bus; when this resolves its `oauth.ping` has been heard. */
export async function startContender(
  name: ContenderName,
  programs: Programs,
  { bus, load, apps, isProbed = false }: StartOptions,
): Promise<Running> {
  const httpPort = await freePort();
  const home = await createOvosHome({
    config: { websocket: bus.config.websocket, PHAL: { 'ovos-PHAL-plugin-oauth': { port: httpPort } } },
  });
  if (apps !== undefined) {
    await mkdir(home.databaseDir, { recursive: true });
    await writeFile(join(home.databaseDir, 'ovos_oauth_apps.json'), JSON.stringify(apps, null, 4));
  }
  // A file and not a pipe: reading their output must not cost the load generator anything.
  const outputFile = join(home.dir, 'output.log');
  const output = await open(outputFile, 'w');
  const [program, args] = commandOf(name, programs, bus.url, httpPort);
  const heard = load.next('oauth.ping');
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: home.dir,
    env: isProbed
      ? { ...home.env, NODE_OPTIONS: `--import=${programs.probe}`, BENCH_PROBE_FILE: probeFile(home) }
      : home.env,
    stdio: ['ignore', output.fd, output.fd],
  });
  const { pid } = child;
  try {
    if (pid === undefined) throw new Error(`${program} did not start`);
    const { at } = await Promise.race([heard, failure(child)]);
    return { pid, home, httpPort, startMs: at - startedAt, stop };
  } catch (error) {
    heard.catch(() => undefined);
    const text = await readFile(outputFile, 'utf8');
    await stop();
    throw new Error(`${name} did not start:\n${text.slice(-4000)}`, { cause: error });
  }

  async function stop(): Promise<void> {
    await endChild(child);
    await output.close();
    await home.remove();
  }
}

/** Where the probe of a contender leaves its result. */
export function probeFile(home: OvosHome): string {
  return join(home.dir, 'probe.json');
}

function commandOf(
  name: ContenderName,
  programs: Programs,
  busUrl: string,
  httpPort: number,
): readonly [program: string, args: readonly string[]] {
  const inPython = (script: string): string => join(programs.python, script);
  const commands: Readonly<Record<ContenderName, readonly [string, readonly string[]]>> = {
    broker: [process.execPath, [...programs.nodeFlags, programs.broker, 'serve']],
    plugin: [venvPython(), [inPython('plugin.py'), String(httpPort)]],
    echo: [process.execPath, [programs.echo, busUrl]],
    'python-echo': [venvPython(), [inPython('echo.py')]],
  };
  return commands[name];
}

async function failure(child: ChildProcess): Promise<never> {
  await once(child, 'exit');
  throw new Error(`ended with exit code ${child.exitCode}`);
}
