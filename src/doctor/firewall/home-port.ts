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
  return `${text(masked(number(address), Number(length)))}/${length}`;
}

/**
 * Whether addresses with a prefix are those of a network: `yes` for all of it, `no` for none, `maybe` for some.
 *
 * @param prefix as `192.168.0.0/16`, or one address
 */
export function isWithin(network: string, prefix: string): 'yes' | 'no' | 'maybe' {
  const [base, length] = parsed(network);
  const [start, wide] = parsed(prefix);
  const common = Math.min(length, wide);
  if (masked(base, common) !== masked(start, common)) return 'no';
  return wide <= length ? 'yes' : 'maybe';
}

function parsed(network: string): readonly [number, number] {
  const [address = '', length = '32'] = network.split('/');
  return [number(address), Number(length)];
}

function number(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function masked(address: number, length: number): number {
  const size = 2 ** (32 - length);
  return Math.floor(address / size) * size;
}

function text(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
