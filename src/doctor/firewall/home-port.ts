import { isIPv4 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

/** What a firewall shall let in. */
export interface HomePort {
  readonly port: number;
  /** The home network, as `192.168.1.0/24`. */
  readonly network: string;
}

/**
 * The network in which an address of this device is: that of the phones. Everything where that is not known.
 *
 * @param host that phones are sent to
 */
export function homeNetwork(
  host: string,
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): string {
  const infos = Object.values(interfaces).flatMap((some) => some ?? []);
  const [address = '', length = ''] = infos.find((info) => info.address === host)?.cidr?.split('/') ?? [];
  if (!isIPv4(address)) return '0.0.0.0/0';
  let free = 32 - Number(length);
  const octets = address
    .split('.')
    .toReversed()
    .map((octet) => {
      const bits = Math.min(Math.max(free, 0), 8);
      free -= 8;
      return Number(octet) & ~((1 << bits) - 1);
    });
  return `${octets.toReversed().join('.')}/${length}`;
}
