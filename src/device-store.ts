import { callbackUri } from './broker/redirect-uri.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './config/settings.ts';
import { defined } from './defined.ts';
import { hideMemory } from './hidden-memory.ts';
import type { Log } from './log.ts';
import { FileStore } from './store/file-store.ts';
import type { Files } from './store/files.ts';
import { openSeal } from './store/sealing-key.ts';

export interface DeviceStoreDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Port of the callback, as Python programs shall see it. */
  readonly port: () => number;
  /** Asks for the passphrase, where the settings say so; default: nobody can be asked. */
  readonly askPassphrase?: (() => Promise<string>) | undefined;
  /** Default: the device's own file system. */
  readonly files?: Files;
}

/** The store that the settings of this device speak of, not opened yet. */
export function createDeviceStore(
  settings: Settings,
  { port, askPassphrase, ...deps }: DeviceStoreDeps,
): FileStore {
  const { stateDir, cacheDir, tempDir, credentialsDir } = settings.paths;
  const { loopbackHost } = settings.redirect;
  const { sealing } = settings;
  return new FileStore({
    stateDir,
    cacheDir,
    tempDir,
    ...deps,
    sharing: settings.sharedFiles,
    ...(sealing === undefined
      ? {}
      : {
          sealing: {
            isEnabled: sealing.enabled,
            open: async (salt) => {
              if (sealing.enabled && settings.sharedFiles !== 'off')
                deps.log.warn('The journal is sealed, but the files shared with Python programs are not.', {
                  path: cacheDir,
                });
              await hideMemory();
              const passphrase = sealing.ask ? await askPassphrase?.() : undefined;
              return openSeal(sealing, defined({ credentialsDir, passphrase }), salt);
            },
          },
        }),
    callbackEndpoint: (mungedId) => callbackUri(loopbackHost, port(), mungedId),
  });
}
