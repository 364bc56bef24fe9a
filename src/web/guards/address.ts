import { isIPv6 } from 'node:net';

/** An IPv4 peer of a dual-stack socket arrives as `::ffff:192.168.1.9`; this gives `192.168.1.9`. */
export function plainAddress(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

/**
 * What one party is counted under. An IPv6 host owns at least a /64 and can change its address at will, so its network
 * is what counts.
 */
export function partyOf(address: string | undefined): string {
  if (address === undefined) return '';
  const [bare = ''] = address.split('%', 1);
  return isIPv6(bare) ? networkOf(bare) : bare;
}

function networkOf(address: string): string {
  const [head = '', tail] = address.split('::', 2);
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
