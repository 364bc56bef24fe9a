import { OAuthBrokerError } from '../../errors.ts';
import type { WebMiddleware } from '../env.ts';

/** The names that this device answers under. */
export interface HostNames {
  /** The device's host name; `<hostname>.local` (mDNS) goes with it. */
  readonly hostname: string;
  /** The setting `lan_host`: a name or address, with or without a port. */
  readonly lanHost?: string;
  /** The addresses that the device has at this moment. */
  readonly addresses: () => readonly string[];
}

/**
 * Refuses every other name in `Host`, and in an absolute request target: a foreign name that resolves to this device is
 * a web page trying to read us as its own origin (DNS rebinding). The port is not compared, a container may map it.
 *
 * @throws OAuthBrokerError `host_not_allowed`
 */
export function hostGuard(names: HostNames): WebMiddleware {
  return async (c, next) => {
    const header = c.req.header('host');
    const authorities = [new URL(c.req.url).host, ...(header === undefined ? [] : [header])];
    if (!authorities.every((authority) => isOwnHost(authority, names))) {
      throw new OAuthBrokerError('host_not_allowed');
    }
    await next();
  };
}

export function isOwnHost(authority: string, names: HostNames): boolean {
  const host = hostOf(authority);
  if (host === undefined) return false;
  // `0.0.0.0` is in redirect URIs that users registered for the Python plugin.
  if (isLoopback(host) || host === '0.0.0.0') return true;
  const own = [names.hostname, `${names.hostname}.local`, names.lanHost ?? '', ...names.addresses()];
  return own.some((name) => hostOf(name) === host);
}

/** True for `localhost`, 127.0.0.0/8 and `[::1]`, as {@link hostOf} writes them. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** The host of `host[:port]` in the one form that URLs give it; undefined for what is none. */
function hostOf(authority: string): string | undefined {
  const [bare = ''] = authority.split('%', 1);
  // An address as the system lists it has no brackets.
  const bracketed = /^[\da-f]*:[\da-f:.]*:[\da-f:.]*$/i.test(bare) ? `[${bare}]` : authority;
  if (!/^[^\s/?#@\\]+$/.test(bracketed)) return undefined;
  try {
    return new URL(`http://${bracketed}`).hostname.replace(/\.$/, '');
  } catch {
    return undefined;
  }
}
