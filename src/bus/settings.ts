import { OAuthBrokerError } from '../errors.ts';
import { QUEUE_LIMITS, type QueueLimits } from './outbound-queue.ts';

const MEBIBYTE = 1024 * 1024;

/** Where the bus is and how to speak to it: the `websocket` section of mycroft.conf. Defaults are OVOS's. */
export interface BusSettings {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 8181. */
  readonly port?: number;
  /** Default `/core`. */
  readonly route?: string;
  /** `wss` instead of `ws`; the server's certificate is always verified, as Python's websocket-client does. */
  readonly ssl?: boolean;
  /** Certificates to trust instead of Node's own list, in PEM (NODE_EXTRA_CA_CERTS adds to that list). */
  readonly ca?: string;
  /** 16, 24 or 32 bytes: frames are encrypted. */
  readonly secretKey?: string;
  /** Whether plain frames are read although there is a key. Default false. */
  readonly allowUnencrypted?: boolean;
  /** Longer frames are neither sent nor received. Default 25 MiB, as the bus's own `max_msg_size`. */
  readonly maxMessageBytes?: number;
  /** BCP 47 tag for the session of messages that have none. Default: none, receivers take their own. */
  readonly lang?: string;
  /** Bounds of what waits while there is no connection. Default 1000 messages and 4 MiB. */
  readonly queue?: QueueLimits;
}

export const BUS_DEFAULTS = {
  host: '127.0.0.1',
  port: 8181,
  route: '/core',
  maxMessageBytes: 25 * MEBIBYTE,
  queue: QUEUE_LIMITS,
} as const;

/**
 * The address of the bus.
 * @throws OAuthBrokerError `config_invalid` when host, port and route make none
 */
export function busUrl(settings: BusSettings): string {
  const { host, port, route } = { ...BUS_DEFAULTS, ...settings };
  const authority = host.includes(':') ? `[${host}]` : host;
  try {
    return new URL(`${settings.ssl === true ? 'wss' : 'ws'}://${authority}:${port}${route}`).href;
  } catch (cause) {
    throw new OAuthBrokerError('config_invalid', { field: 'websocket.host', path: '' }, { cause });
  }
}
