import { callbackUri } from './broker/redirect-uri.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './config/settings.ts';
import type { Log } from './log.ts';
import { FileStore } from './store/file-store.ts';

export interface DeviceStoreDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Port of the callback, as Python programs shall see it. */
  readonly port: () => number;
}

/** The store that the settings of this device speak of, not opened yet. */
export function createDeviceStore(settings: Settings, { clock, log, port }: DeviceStoreDeps): FileStore {
  const { stateDir, cacheDir, tempDir } = settings.paths;
  const { loopbackHost } = settings.redirect;
  return new FileStore({
    stateDir,
    cacheDir,
    tempDir,
    clock,
    log,
    sharing: settings.sharedFiles,
    callbackEndpoint: (mungedId) => callbackUri(loopbackHost, port(), mungedId),
  });
}
