import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findPaths } from '../config/paths.ts';
import type { Settings } from '../config/settings.ts';
import { createDaemon } from '../daemon.ts';
import { asBrokerError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Log } from '../log.ts';
import { startEmbeddedBus } from './embedded-bus.ts';
import { startSandboxProvider } from './provider.ts';
import { CLIENT_ID, MUNGED_ID, SandboxSkill } from './skill.ts';

export interface Sandbox {
  readonly busPort: number;
  /** Where the newcomer starts. */
  readonly signInLink: string;
  stop(): Promise<void>;
}

const HOUR = 3_600_000;

/**
 * Everything a sign-in needs, on this machine only and in throw-away folders: a bus, the broker, a provider, a skill.
 * The user's own tokens and apps are not touched.
 */
export async function startSandbox(
  settings: Settings,
  { log, onToken }: { readonly log: Log; readonly onToken: (tokenSet: JsonObject) => void },
): Promise<Sandbox> {
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    const folder = await mkdtemp(join(settings.paths.tempDir, 'ovos-oauth-sandbox-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));

    const bus = await onFreePort(settings.bus.port, (port) => startEmbeddedBus(port, settings.bus.route));
    undo.push(() => bus.close());

    const own: Settings = {
      ...settings,
      bus: {
        host: '127.0.0.1',
        port: bus.port,
        route: settings.bus.route,
        ssl: false,
        allowUnencrypted: true,
        maxMessageBytes: settings.bus.maxMessageBytes,
      },
      // The provider is on this machine only, so a phone could not finish what it starts.
      lanHost: '127.0.0.1',
      redirect: { loopbackHost: '127.0.0.1', relayUrls: {} },
      attemptLifetime: HOUR,
      paths: findPaths({ HOME: folder, TMPDIR: folder }),
    };
    const skill = new SandboxSkill(own.bus);
    await skill.start();
    undo.push(() => skill.stop());

    const httpPort = await onFreePort(settings.http.port, async (port) => {
      const daemon = createDaemon({ ...own, http: { host: '127.0.0.1', port } }, { log });
      await daemon.start();
      undo.push(() => daemon.stop());
      await skill.brokerIsThere;
      return skill.httpPort();
    });
    const provider = await startSandboxProvider({
      id: CLIENT_ID,
      redirectUris: [`http://127.0.0.1:${httpPort}/auth/callback/${MUNGED_ID}`],
    });
    undo.push(() => provider.close());

    skill.onToken(onToken);
    await skill.register(provider);
    return { busPort: bus.port, signInLink: await skill.signInLink(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts something on the usual port, or on any free one where that is taken. */
async function onFreePort<T>(port: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(port);
  } catch (error) {
    const isTaken =
      asBrokerError(error).code === 'port_in_use' ||
      (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE');
    if (!isTaken) throw error;
    return start(0);
  }
}
