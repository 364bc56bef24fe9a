import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { lanAddress } from '../../net/lan-address.ts';
import type { Check } from '../check.ts';
import { type Finding, finding } from '../finding.ts';

export const lanAddressCheck: Check = {
  group: 'network',
  async look({ settings }) {
    const { lanHost } = settings;
    const resolved = lanHost === undefined || isIP(lanHost) !== 0 ? undefined : await addressesOf(lanHost);
    return [judgeLanAddress(await lanAddress(lanHost), lanHost, networkInterfaces(), resolved)];
  },
};

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

// Bridges and tunnels of containers and virtual machines: no phone is there.
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|podman|lxc|lxd|kube)/;

/**
 * @param host that phones are sent to
 * @param setting `lan_host`, which is believed but must lead here
 * @param resolved the addresses of a name that was set; empty where it has none
 */
export function judgeLanAddress(
  host: string,
  setting: string | undefined,
  interfaces: Interfaces,
  resolved: readonly string[] | undefined,
): Finding {
  const own = addressesByInterface(interfaces);
  const all = own.flatMap(([, addresses]) => addresses);
  if (setting !== undefined) {
    const meant = resolved ?? [setting];
    // 127.0.0.0/8 is this device as a whole, though one address alone is on the interface.
    const isHere = meant.some((address) => all.includes(address) || address.startsWith('127.'));
    return finding(isHere ? 'lan_address' : 'lan_address_elsewhere', { host });
  }
  if (/^(127\.|\[::1\]$)/.test(host)) return finding('lan_address_missing');
  const others = own
    .filter(([name, addresses]) => !VIRTUAL.test(name) && !addresses.includes(host))
    .flatMap(([, addresses]) => addresses.filter((address) => isIP(address) === 4 && !isLoopback(address)));
  const [other] = others;
  return other === undefined
    ? finding('lan_address', { host })
    : finding('lan_addresses_several', { host, other, others: others.join(', ') });
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address.startsWith('169.254.');
}

function addressesByInterface(interfaces: Interfaces): ReadonlyArray<readonly [string, readonly string[]]> {
  return Object.entries(interfaces).map(([name, infos]) => [
    name,
    (infos ?? []).map(({ address }) => address),
  ]);
}

async function addressesOf(name: string): Promise<readonly string[]> {
  return lookup(name, { all: true }).then(
    (found) => found.map(({ address }) => address),
    () => [],
  );
}
