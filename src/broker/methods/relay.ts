import { type RandomBytes, randomToken } from '../../random.ts';
import type { MethodRule } from './method.ts';

/** A static https page that sends the phone on to the device's address on the LAN. */
export const relay: MethodRule = {
  method: 'relay',
  judge({ app, provider, network }) {
    if (app.relayUrl === undefined) return { refused: 'no_relay' };
    if (!network.hasLanAddress) return { refused: 'no_lan_address' };
    if (!network.isRelayTarget) return { refused: 'relay_refuses_address' };
    if (app.clientIdBindsTo !== undefined) return { refused: 'client_id_binds_redirect' };
    return provider.takesHttps === false ? { refused: 'provider_refuses_https' } : 'relay_configured';
  },
  redirectUri: ({ relayUrl }) => relayUrl ?? '',
};

// As relay/index.html decides; docs/relay.md says why.
const TARGETS = [
  /^(10|127)(\.\d{1,3}){3}$/,
  /^172\.(1[6-9]|2\d|3[01])(\.\d{1,3}){2}$/,
  /^(192\.168|169\.254)(\.\d{1,3}){2}$/,
  /^\[f[cd][\da-f:]+\]$/i,
  /^localhost$|^(?!xn--)[\w-]+(\.[\w-]+)*\.(local|internal|home\.arpa)$/i,
];

/**
 * Whether a relay page goes to a host.
 *
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 */
export function isRelayTarget(host: string): boolean {
  return TARGETS.some((target) => target.test(host));
}

/**
 * A state that carries the device's address to the relay page: `<random>.<address as base64url>`. The device takes it
 * only as a whole, compared with what it made, so nobody can forge or change it; the page shows the address before it
 * goes there.
 *
 * @param address `host:port` of the device on the LAN
 */
export function relayState(random: RandomBytes, address: string): string {
  return `${randomToken(random)}.${Buffer.from(address).toString('base64url')}`;
}
