import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { Clock } from '../clock.ts';

/** Milliseconds for which an answer is good. */
const GOOD_FOR = 1_000;

/**
 * The address under which other devices of the home network reach this one, at this moment, ready for a URL: an IPv4
 * address, an IPv6 address in brackets, or the name that was set. Without any network it is 127.0.0.1, as
 * `ovos_utils.network_utils.get_ip` answers.
 *
 * @param setting the user's own choice (`lan_host`), which is believed
 */
export async function lanAddress(setting?: string): Promise<string> {
  if (setting !== undefined && setting !== '') return isIPv6(setting) ? `[${setting}]` : setting;
  return chooseLanAddress(await routedAddress(), networkInterfaces());
}

/**
 * Makes what finds {@link lanAddress}, and asks the kernel once where many ask within a second: every sign-in needs the
 * address, and finding it takes longer than all the rest of `oauth.get`.
 */
export function lanAddressFinder(
  clock: Clock,
  find: () => Promise<string> = lanAddress,
): () => Promise<string> {
  let found: { readonly at: number; readonly address: Promise<string> } | undefined;
  return () => {
    const now = clock.monotonic();
    if (found === undefined || now - found.at >= GOOD_FOR) found = { at: now, address: find() };
    return found.address;
  };
}

/**
 * The rule of {@link lanAddress}: the address of the route to the network, as `get_ip` finds it; where there is no such
 * route, the best address of an interface, IPv4 first. Link-local IPv6 is left out: it is no use in a phone's browser.
 */
export function chooseLanAddress(
  routed: string | undefined,
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): string {
  if (routed !== undefined && !/^(?:0|127)\./.test(routed)) return routed;
  const addresses = Object.values(interfaces)
    .flatMap((infos) => infos ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address);
  const best = PREFERENCES.map((kind) => addresses.find((address) => kind.test(address))).find(
    (address) => address !== undefined,
  );
  if (best === undefined) return '127.0.0.1';
  return isIPv6(best) ? `[${best}]` : best;
}

const PREFERENCES = [
  /^(?!169\.254\.)\d+\./, // IPv4
  /^[23][0-9a-f]{3}:/i, // global IPv6, RFC 4291 §2.4
  /^f[cd][0-9a-f]{2}:/i, // unique local IPv6, RFC 4193
  /^169\.254\./, // link-local IPv4, RFC 3927
];

/** Every address of this device's interfaces at this moment, loopback included. */
export function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((infos) => (infos ?? []).map(({ address }) => address));
}

/** The source address that the kernel picks for a private destination. Connecting UDP sends nothing. */
function routedAddress(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const finish = (address: string | undefined): void => {
      socket.close();
      resolve(address);
    };
    socket.once('error', () => finish(undefined));
    socket.once('connect', () => finish(socket.address().address));
    socket.connect(1, '10.255.255.255');
  });
}
