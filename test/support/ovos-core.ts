import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BusClient, Message } from '../../src/bus/index.ts';
import { endChild, tailOf } from './child.ts';
import { eventually } from './eventually.ts';
import type { MessageBus } from './messagebus.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const LAUNCH = 'from ovos_core.intent_services.service import launch_standalone; launch_standalone()';
const START_LIMIT = 60_000;

/** What mycroft.conf needs for it: the engines that `requirements-core.txt` installs, in OVOS's order. */
export const CORE_CONFIG = {
  intents: {
    pipeline: [
      'ovos-stop-pipeline-plugin-high',
      'ovos-converse-pipeline-plugin',
      'ovos-padacioso-pipeline-plugin-high',
      'ovos-stop-pipeline-plugin-medium',
      'ovos-padacioso-pipeline-plugin-medium',
      'ovos-padacioso-pipeline-plugin-low',
    ],
  },
};

/** The intent service of a real ovos-core, in a process of its own. */
export interface OvosCore {
  stop(): Promise<void>;
}

/** @param env of a home whose mycroft.conf names the bus and has {@link CORE_CONFIG}; it is ready when this resolves */
export async function startOvosCore(bus: MessageBus, env: NodeJS.ProcessEnv): Promise<OvosCore> {
  const child = spawn(join(coreVenv(), 'bin', 'python'), ['-c', LAUNCH], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tail = tailOf(child, ['stdout', 'stderr']);
  const client = new BusClient({ port: bus.port });
  client.start();
  try {
    await eventually(
      'ovos-core is ready',
      async () => {
        if (child.exitCode !== null) throw new Error('ovos-core has ended');
        const answer = await client.waitForResponse(new Message('mycroft.intents.is_ready'), {
          timeout: 500,
        });
        return answer?.data['status'] === true;
      },
      START_LIMIT,
    );
  } catch (cause) {
    await endChild(child, 'SIGKILL');
    throw new Error(`ovos-core did not start:\n${tail()}`, { cause });
  } finally {
    await client.stop();
  }
  return { stop: () => endChild(child) };
}

function coreVenv(): string {
  const folder = process.env['OVOS_OAUTH_TEST_CORE_VENV'] ?? join(REPOSITORY, '.cache', 'venv-core');
  if (!existsSync(join(folder, 'bin', 'python'))) {
    throw new Error(`No ovos-core in ${folder}: run "npm test" once, it installs it.`);
  }
  return folder;
}
