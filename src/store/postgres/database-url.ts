import { isIPv4 } from 'node:net';
import { OAuthBrokerError } from '../../errors.ts';
import type { DatabaseAddress } from './database.ts';

const DEFAULT_PORT = 5432;

/**
 * Reads `postgresql://user@host:port/database`. The host may be the folder of a Unix socket, percent-encoded as libpq has
 * it (`%2Frun%2Fpostgresql`). A password does not belong here: the address is shown and logged.
 *
 * @throws OAuthBrokerError `config_invalid`
 */
export function readDatabaseUrl(text: string): DatabaseAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOurs = url !== undefined && /^postgres(?:ql)?:$/.test(url.protocol);
  if (!isOurs || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new OAuthBrokerError('config_invalid', { field: 'store.url', path: '' });
  }
  const [host, user, database] = [url.hostname, url.username, url.pathname.slice(1)].map(decodeURIComponent);
  if (!host || !user || !database) {
    throw new OAuthBrokerError('config_invalid', { field: 'store.url', path: '' });
  }
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    user,
    database,
  };
}

/** Whether a host is this machine: then nothing goes over a network. */
export function isLocalHost(host: string): boolean {
  return (
    host.startsWith('/') ||
    host === 'localhost' ||
    host === '::1' ||
    (isIPv4(host) && host.startsWith('127.'))
  );
}
