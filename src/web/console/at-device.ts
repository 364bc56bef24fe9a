import type { WebContext } from '../env.ts';

const LOOPBACK_PEERS: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);
const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
/** A proxy on this device is no browser on it: what it passes on comes from anywhere. */
const PROXY_MARKS = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-real-ip',
  'x-client-ip',
  'cf-connecting-ip',
  'true-client-ip',
  'via',
] as const;
/** That nginx speaks to what is behind it, without a mark and with the loopback name, unless told otherwise. No browser does. */
const VERSION_OF_PROXIES = '1.0';

/**
 * Whether a request comes from a browser on the device itself: from its loopback address, under its loopback name, and
 * not through a proxy.
 */
export function isAtDevice(c: WebContext): boolean {
  return hasLoopbackPeer(c) && LOOPBACK_NAMES.has(hostOf(c));
}

/** As {@link isAtDevice}, also under 0.0.0.0, which is in redirect URIs that users registered for the Python plugin. */
export function isBrowserOfDevice(c: WebContext): boolean {
  return isAtDevice(c) || (hasLoopbackPeer(c) && hostOf(c) === '0.0.0.0');
}

function hasLoopbackPeer(c: WebContext): boolean {
  const isProxied =
    c.env?.httpVersion === VERSION_OF_PROXIES || PROXY_MARKS.some((name) => c.req.header(name) !== undefined);
  return !isProxied && LOOPBACK_PEERS.has(c.env?.remoteAddress ?? '');
}

// The host guard has seen both the request's target and its `Host`; here both must be the same name.
function hostOf(c: WebContext): string {
  const { host, hostname } = new URL(c.req.url);
  const header = c.req.header('host') ?? host;
  return URL.canParse(`http://${header}`) && new URL(`http://${header}`).hostname === hostname
    ? hostname
    : '';
}
