import { freePort } from './free-port.ts';
import type { MessageBus } from './messagebus.ts';
import { createOvosHome, type OvosHome } from './ovos-home.ts';

/** A device of its own on a bus: what one OAuth service and the Python programs beside it share. */
export interface OAuthDevice {
  readonly home: OvosHome;
  readonly busUrl: string;
  /** The callback's port, in the device's mycroft.conf. */
  readonly httpPort: number;
}

export interface DeviceOptions {
  /** Default: a free one. */
  readonly httpPort?: number;
  /** More members of `PHAL."ovos-PHAL-plugin-oauth"`. */
  readonly settings?: object;
}

/** Makes a device with fresh folders; remove them with `home.remove()`. */
export async function createDevice(
  bus: Pick<MessageBus, 'config' | 'url'>,
  options: DeviceOptions = {},
): Promise<OAuthDevice> {
  const httpPort = options.httpPort ?? (await freePort());
  const settings = { port: httpPort, ...options.settings };
  const home = await createOvosHome({
    config: { ...bus.config, PHAL: { 'ovos-PHAL-plugin-oauth': settings } },
  });
  return { home, busUrl: bus.url, httpPort };
}
