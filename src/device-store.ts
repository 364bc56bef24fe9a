import { callbackUri } from './broker/redirect-uri.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './config/settings.ts';
import type { Log } from './log.ts';
import { FileStore } from './store/file-store.ts';
import type { Files } from './store/files.ts';

export interface DeviceStoreDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Port of the callback, as Python programs shall see it. */
  readonly port: () => number;
  /** Default: the device's own file system. */
  readonly files?: Files;
}

/** The store that the settings of this device speak of, not opened yet. */
export function createDeviceStore(settings: Settings, { port, ...deps }: DeviceStoreDeps): FileStore {
  const { stateDir, cacheDir, tempDir } = settings.paths;
  const { loopbackHost } = settings.redirect;
  return new FileStore({
    stateDir,
    cacheDir,
    tempDir,
    ...deps,
    sharing: settings.sharedFiles,
    callbackEndpoint: (mungedId) => callbackUri(loopbackHost, port(), mungedId),
  });
}
